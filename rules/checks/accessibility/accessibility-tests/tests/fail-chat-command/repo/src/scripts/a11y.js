module.exports = (app) => app.message(/a11y|axe/, ({ say }) => say('Alt text matters'))
