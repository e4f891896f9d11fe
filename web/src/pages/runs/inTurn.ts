/** Does something to each in turn; when one is refused, says how many were done before it. */
export const inTurn = async <T>(all: T[], done: string, act: (one: T) => Promise<unknown>): Promise<void> => {
  for (const [i, one] of all.entries()) {
    try {
      await act(one)
    } catch (error) {
      if (i > 0 && error instanceof Error) error.message = `${i} of ${all.length} were ${done}, then: ${error.message}`
      throw error
    }
  }
}
