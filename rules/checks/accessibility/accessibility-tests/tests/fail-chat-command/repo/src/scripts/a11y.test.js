const a11y = require('./a11y')
test('says something', () => expect(a11y).toBeDefined())
