import { HtmlClassNameProvider } from '@docusaurus/theme-common';
import Layout from '@theme/Layout';
import type { ReactNode } from 'react';
import { FreePlay } from '../../components/FreePlay/FreePlay.tsx';

export default function Labs(): ReactNode {
  return (
    <HtmlClassNameProvider className="lab-page">
      <Layout title="Labs" description="Linux machines on a simulated network, to play with freely." noFooter>
        <main>
          <FreePlay />
        </main>
      </Layout>
    </HtmlClassNameProvider>
  );
}
