import Layout from '@theme/Layout';
import type { ReactNode } from 'react';
import { Home } from '../components/Home/Home.tsx';

export default function HomePage(): ReactNode {
  return (
    <Layout description="A course on container networking that runs entirely in a browser tab: a Linux machine beside every chapter.">
      <main>
        <Home />
      </main>
    </Layout>
  );
}
