// Logistic regressions on the German credit data: real runs for the pages, computed here in a second.
import { readFileSync } from 'node:fs'

const cells = (line) => [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain)

const table = (file) => {
  const [head, ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  const names = cells(head)
  return rows.map((row) => Object.fromEntries(cells(row).map((cell, i) => [names[i], cell])))
}

/** Numbers are standardised, categories become one column each. */
const encoder = (rows, target) => {
  const names = Object.keys(rows[0]).filter((name) => name !== target && name !== 'application')
  const columns = names.flatMap((name) => {
    const values = rows.map((row) => row[name])
    if (values.every((value) => value !== '' && Number.isFinite(Number(value)))) {
      const mean = values.reduce((sum, value) => sum + Number(value), 0) / values.length
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (Number(value) - mean) ** 2, 0) / values.length) || 1
      return [(row) => (Number(row[name]) - mean) / spread]
    }
    return [...new Set(values)].sort().map((category) => (row) => (row[name] === category ? 1 : 0))
  })
  return (row) => columns.map((column) => column(row))
}

const auc = (scores, labels) => {
  const order = scores.map((score, i) => [score, labels[i]]).sort((a, b) => a[0] - b[0])
  let rank = 0
  let positives = 0
  order.forEach(([, label], i) => {
    if (label) {
      rank += i + 1
      positives++
    }
  })
  const negatives = order.length - positives
  return (rank - (positives * (positives + 1)) / 2) / (positives * negatives)
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x))

export const data = (folder) => {
  const train = table(`${folder}/train.csv`)
  const test = table(`${folder}/applications.csv`)
  const target = 'creditability'
  const encode = encoder([...train, ...test], target)
  const side = (rows) => ({ x: rows.map(encode), y: rows.map((row) => (row[target] === 'bad' ? 1 : 0)) })
  return { train: side(train), test: side(test) }
}

/** Gradient descent; one set of metrics an epoch. */
export const fit = ({ train, test }, { rate, l2, epochs }) => {
  const weights = new Float64Array(train.x[0].length + 1)
  const margin = (row) => row.reduce((sum, value, i) => sum + value * weights[i], weights[row.length])
  const measure = ({ x, y }) => {
    const scores = x.map((row) => sigmoid(margin(row)))
    const loss = scores.reduce((sum, p, i) => sum - Math.log(y[i] ? p : 1 - p), 0) / y.length
    return { loss, auc: auc(scores, y) }
  }
  const points = []
  for (let step = 1; step <= epochs; step++) {
    const gradient = new Float64Array(weights.length)
    train.x.forEach((row, n) => {
      const error = (sigmoid(margin(row)) - train.y[n]) / train.y.length
      row.forEach((value, i) => {
        gradient[i] += error * value
      })
      gradient[row.length] += error
    })
    for (let i = 0; i < weights.length; i++) weights[i] -= rate * (gradient[i] + (i < weights.length - 1 ? l2 * weights[i] : 0))
    const on = { train: measure(train), test: measure(test) }
    points.push({
      step,
      train_logloss: on.train.loss,
      train_auc: on.train.auc,
      validation_logloss: on.test.loss,
      validation_auc: on.test.auc,
    })
  }
  return points
}
