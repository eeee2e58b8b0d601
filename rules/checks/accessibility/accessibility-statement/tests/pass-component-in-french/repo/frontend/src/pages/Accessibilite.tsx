const Accessibilite = () => (
  <main>
    <h1>Déclaration d’accessibilité</h1>
    <h2>État de conformité</h2>
    <p>Le site est partiellement conforme au RGAA.</p>
  </main>
);
export default Accessibilite;
