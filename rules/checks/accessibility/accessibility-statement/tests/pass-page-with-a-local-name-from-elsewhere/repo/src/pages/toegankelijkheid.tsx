import { Content } from '~/content';

const Page = ({ content }) => (
  <Content>
    {content.title && <h1>{content.title}</h1>}
    {content.body && <RichText blocks={content.body} />}
  </Content>
);
export default Page;
