import { expect, test } from 'vitest';
import { JsonWriter } from './json.ts';

function write(pretty: boolean): string {
  let out = '';
  const json = new JsonWriter((text) => {
    out += text;
  }, pretty);
  json.startArray();
  for (const name of ['lo', 'say "hi"\\']) {
    json.startObject();
    json.name('ifname');
    json.value(name);
    json.name('flags');
    json.startArray();
    if (name === 'lo') for (const flag of ['LOOPBACK', 'UP']) json.value(flag);
    json.endArray();
    json.name('linkinfo');
    json.startObject();
    json.name('mtu');
    json.value(1500);
    json.endObject();
    json.endObject();
  }
  json.startObject();
  json.endObject();
  json.endArray();
  return out;
}

test('JSON is written without blanks', () => {
  expect(write(false)).toBe(
    '[{"ifname":"lo","flags":["LOOPBACK","UP"],"linkinfo":{"mtu":1500}},{"ifname":"say \\"hi\\"\\\\","flags":[],"linkinfo":{"mtu":1500}},{}]',
  );
});

test('pretty JSON is laid out as iproute2 does it', () => {
  expect(write(true)).toBe(`[ {
        "ifname": "lo",
        "flags": [ "LOOPBACK","UP" ],
        "linkinfo": {
            "mtu": 1500
        }
    },{
        "ifname": "say \\"hi\\"\\\\",
        "flags": [ ],
        "linkinfo": {
            "mtu": 1500
        }
    },{} ]`);
});
