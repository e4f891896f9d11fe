/*
 * A disk that does not keep what it is made to force. Loaded before the C library (LD_PRELOAD), it lets fsync and fdatasync fail with EIO
 * for every file whose path holds the text in the file that FAILING_FSYNC names, as long as that file is there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int fd) {
    char what[256], link[64], path[4096];
    const char *switched = getenv("FAILING_FSYNC");
    FILE *file = switched ? fopen(switched, "r") : NULL;
    if (!file) {
        return 0;
    }
    size_t read = fread(what, 1, sizeof what - 1, file);
    fclose(file);
    what[read] = 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (read == 0 || length < 0) {
        return 0;
    }
    path[length] = 0;
    return strstr(path, what) != NULL;
}

typedef int (*force)(int);

static int call(const char *name, int fd) {
    if (fails(fd)) {
        errno = EIO;
        return -1;
    }
    return ((force) dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) {
    return call("fsync", fd);
}

int fdatasync(int fd) {
    return call("fdatasync", fd);
}
