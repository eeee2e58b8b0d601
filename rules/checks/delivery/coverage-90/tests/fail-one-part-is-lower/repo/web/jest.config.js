module.exports = { coverageThreshold: { global: { lines: 60 } } }
