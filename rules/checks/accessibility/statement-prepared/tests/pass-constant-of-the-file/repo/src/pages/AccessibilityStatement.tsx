const preparedOn = "3 March 2026"

export default function Page() {
  return (
    <main>
      <h1>Accessibility statement</h1>
      <p>This accessibility statement applies to Harbour dues. You should be able to use it with a keyboard, with a screen reader, with larger letters and with other colours than ours.</p>
      <p>This statement was prepared on {preparedOn}.</p>
    </main>
  )
}
