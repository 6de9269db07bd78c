import { useDoc } from '@docusaurus/plugin-content-docs/client';
import { HtmlClassNameProvider } from '@docusaurus/theme-common';
import type { Props } from '@theme/DocItem/Layout';
import Layout from '@theme-original/DocItem/Layout';
import type { ReactNode } from 'react';
import { LabProvider } from '../../../components/Lab/LabContext.tsx';
import { LabLayout } from '../../../components/LabLayout/LabLayout.tsx';

/** A page whose front matter names a lab has it beside the prose; others are as they were. */
export default function DocItemLayout(props: Props): ReactNode {
  const { frontMatter, metadata } = useDoc();
  const { lab } = frontMatter as { lab?: unknown };
  if (typeof lab !== 'string') return <Layout {...props} />;
  return (
    <HtmlClassNameProvider className="lab-page">
      <LabProvider key={metadata.id} name={`chapter.${metadata.id}`} lab={lab}>
        <LabLayout>
          <Layout {...props} />
        </LabLayout>
      </LabProvider>
    </HtmlClassNameProvider>
  );
}
