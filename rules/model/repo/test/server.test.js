import test from 'node:test'

test('a permit has a number', () => {})
