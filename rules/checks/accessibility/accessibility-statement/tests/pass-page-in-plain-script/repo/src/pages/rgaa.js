import { Helmet } from "react-helmet";

const Page = () => (
  <>
    <Helmet>
      <title>Déclaration d'accessibilité | Mes bateaux</title>
    </Helmet>
    <h1>Déclaration d'accessibilité</h1>
    <p>
      L'agence s'engage à rendre son service accessible, conformément à
      l'article 47 de la loi n° 2005-102 du 11 février 2005.
    </p>
    <h2>État de conformité</h2>
    <p>Mes bateaux est non conforme avec le RGAA 4.1.</p>
    <h2>Voies de recours</h2>
    <p>Écrire au Défenseur des droits.</p>
  </>
);

export default Page;
