/** The ten colours of series, told apart with every kind of colour vision; beyond the fifth they are dashed. */
export const COLOURS = 10
export const colourOf = (i: number) => `var(--c${(i % COLOURS) + 1})`
export const isDashed = (i: number) => i % COLOURS > 4
