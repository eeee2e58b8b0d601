export default function Page() {
  return <main><h1>Roadmap</h1><h2>Now</h2><p>Renew a permit online.</p><h2>Next</h2><p>Pay by card.</p></main>
}
