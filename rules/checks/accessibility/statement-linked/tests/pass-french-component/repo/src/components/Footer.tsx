export const Footer = () => (
  <footer>
    <Link href="/accessibilite">Accessibilité : partiellement conforme</Link>
  </footer>
)
