// Tables in text: RFC 4180, also with tabs.

/** The first records, each a list of cells; quotes may hold the separator, quotes and line ends. */
export const parseCsv = (text: string, separator: string, most: number): string[][] => {
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let isQuoted = false
  const end = () => {
    record.push(cell)
    if (record.length > 1 || record[0] !== '') records.push(record)
    record = []
    cell = ''
  }
  for (let i = 0; i < text.length && records.length < most; i++) {
    const c = text[i]
    if (isQuoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else isQuoted = false
    } else if (c === '"' && cell === '') isQuoted = true
    else if (c === separator) {
      record.push(cell)
      cell = ''
    } else if (c === '\n') end()
    else if (c !== '\r') cell += c
  }
  if (records.length < most && (cell !== '' || record.length)) end()
  return records
}
