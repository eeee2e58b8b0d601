const P = () => <main><h1>Déclaration d'accessibilité</h1><p>Le site est partiellement conforme. Le site est utilisé par les ports et par les pêcheurs. Les pages sont conçues pour être lues au clavier et avec un lecteur d'écran, et les couleurs ont un contraste suffisant pour que chacun puisse les lire sans effort.</p></main>
export default P
