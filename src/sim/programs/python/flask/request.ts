import { fieldValue, type HttpField } from '../../../wire/http.ts';
import { fromJson } from '../language/json.ts';
import { Dict, Native, raise, str, Thing, type Value } from '../language/values.ts';

/** The request that is being answered: what `flask.request` is about. */
export interface RequestState {
  current:
    | {
        readonly method: string;
        readonly path: string;
        readonly query: string;
        readonly fields: readonly HttpField[];
        readonly body: string;
        readonly remote: string;
      }
    | undefined;
}

function pairs(text: string): Dict {
  const decoded = (word: string): string => {
    try {
      return decodeURIComponent(word.replaceAll('+', ' '));
    } catch {
      return word;
    }
  };
  const words = text.split('&').filter(Boolean);
  return new Dict(words.map((word) => [decoded(word.replace(/=.*/s, '')), decoded(word.replace(/^[^=]*=?/, ''))] as const));
}

/** `request`. */
export function requestThing(state: RequestState): Thing {
  return new Thing('Request', (name): Value | undefined => {
    const { current } = state;
    if (!current) return raise('RuntimeError', 'Working outside of request context.');
    const json = (): Value => {
      try {
        return fromJson(JSON.parse(current.body));
      } catch {
        return raise('ValueError', 'Failed to decode JSON object');
      }
    };
    switch (name) {
      case 'method':
        return current.method;
      case 'path':
        return current.path;
      case 'args':
        return pairs(current.query);
      case 'form':
        return /urlencoded/.test(fieldValue(current.fields, 'Content-Type') ?? '') ? pairs(current.body) : new Dict();
      case 'json':
        return json();
      case 'get_json':
        return Native.of('get_json', (_args, named) => (named.get('silent') === true && current.body === '' ? null : json()));
      case 'remote_addr':
        return current.remote;
      case 'host':
        return fieldValue(current.fields, 'Host') ?? '';
      case 'url':
        return `http://${fieldValue(current.fields, 'Host') ?? ''}${current.path}${current.query === '' ? '' : `?${current.query}`}`;
      case 'headers':
        return new Thing('EnvironHeaders', (attribute) =>
          attribute === 'get'
            ? Native.of('get', ([field = '', fallback = null]) => fieldValue(current.fields, str(field)) ?? fallback)
            : undefined,
        );
      default:
        return undefined;
    }
  });
}
