it('has no violations', () => {
  cy.visit('/')
  cy.injectAxe()
  cy.checkA11y()
})
