import Link from '@docusaurus/Link';
import Layout from '@theme/Layout';
import type { ReactNode } from 'react';

export default function Home(): ReactNode {
  return (
    <Layout>
      <main>
        <h1>vethlab</h1>
        <Link to="/chapters/start/">Start</Link>
      </main>
    </Layout>
  );
}
