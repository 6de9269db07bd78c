import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { CaptureFile } from '../../worker/protocol.ts';
import { CaptureFiles } from './CaptureFiles.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

async function show(files: readonly CaptureFile[], read: (path: string) => void = () => {}): Promise<HTMLElement> {
  const handle = {
    captureFiles: async () => files,
    readFile: async (_machine: string, path: string) => read(path),
  } as unknown as LabHandle;
  const place = document.body.appendChild(document.createElement('div'));
  await act(async () => createRoot(place).render(<CaptureFiles handle={handle} />));
  return place;
}

test('without a capture it says how to make one', async () => {
  expect((await show([])).textContent).toContain('tcpdump -w FILE.pcap');
});

test('each capture is a button that asks for that file', async () => {
  const asked: string[] = [];
  const place = await show([{ machine: 'host2', path: '/root/a.pcap', size: 12_345 }], (path) => void asked.push(path));
  const button = place.querySelector('button');
  expect(button?.textContent).toBe('Save /root/a.pcap of host212 kB');
  await act(async () => button?.click());
  expect(asked).toEqual(['/root/a.pcap']);
});
