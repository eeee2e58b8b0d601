import React from 'react'
import { Heading } from '../ui'

const Accessibilite = () => (
  <div>
    <Heading size={1}>Déclaration d'accessibilité</Heading>
    <p>Cette déclaration d’accessibilité s’applique à Criée. Les pages sont conçues pour être lues au clavier et avec un lecteur d’écran.</p>
    <Heading size={2}>État de conformité</Heading>
    <p>
      <span>Criée est{" "}</span>
      <b><span data-filter="lowercase">Non conforme</span></b>{" "}
      avec le RGAA, faute d’audit. Un audit de toutes les pages de la vente est prévu avec les pêcheurs.
    </p>
  </div>
)

export default Accessibilite
