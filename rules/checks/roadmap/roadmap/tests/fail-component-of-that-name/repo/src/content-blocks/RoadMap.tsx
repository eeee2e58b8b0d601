export const RoadMap = ({ title, items }) => (
  <section>
    <h2>{title}</h2>
    <p>Now, next and later</p>
    {items.map((item) => <img key={item.src} {...item} />)}
  </section>
)
