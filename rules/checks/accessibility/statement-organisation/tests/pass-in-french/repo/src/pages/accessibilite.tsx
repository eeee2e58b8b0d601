import React from 'react'

export default function Accessibilite() {
  return (
    <main>
      <h1>Déclaration d’accessibilité</h1>
      <p>
        L’Agence des ports s’engage à rendre ses sites internet
        accessibles conformément à l’article 47 de la loi n° 2005-102 du 11 février 2005.
      </p>
      <p>Les pages sont conçues pour être lues au clavier et avec un lecteur d’écran, et les couleurs ont un contraste suffisant.</p>
    </main>
  )
}
