// The code of a page, read when the page is first opened.
import { reach } from '../api/client.ts'

/**
 * The router loads a page anew whose code is not there, since a server that was renewed has other code. A server that is away has none, and
 * would leave nothing of the page: that is said instead.
 */
export const codeOf =
  <T>(load: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await load()
    } catch (missing) {
      await reach()
      throw missing
    }
  }
