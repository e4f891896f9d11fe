"""Validates the OpenAPI document of a running server: python check.py URL."""

import json
import sys
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator


def main(url: str) -> int:
    with urllib.request.urlopen(url + "/api/clew/v1/openapi.json", timeout=30) as answer:
        document = json.load(answer)
    problems = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    for problem in problems:
        print(problem)
    operations = sum(len(path) for path in document["paths"].values())
    print(f"{operations} operations, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
