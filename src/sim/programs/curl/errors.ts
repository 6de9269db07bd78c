/** Why a transfer failed: curl's exit status (CURLcode) and what it says. */
export class TransferError {
  readonly code: number;
  readonly message: string;
  constructor(code: number, message: string = DEFAULT_MESSAGES[code] ?? '') {
    this.code = code;
    this.message = message;
  }
}

/** curl_easy_strerror(3), for those without words of their own. */
const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  1: 'Unsupported protocol',
  3: 'URL using bad/illegal format or missing URL',
  6: "Couldn't resolve host name",
  7: "Couldn't connect to server",
  8: 'Weird server reply',
  18: 'Transferred a partial file',
  22: 'HTTP response code said error',
  23: 'Failed writing received data to disk/application',
  26: 'Failed to open/read local data from file/application',
  28: 'Timeout was reached',
  33: 'Requested range was not delivered by the server',
  35: 'SSL connect error',
  37: "Couldn't read a file:// file",
  45: 'Failed binding local connection end',
  47: 'Number of redirects hit maximum amount',
  49: 'Malformed option provided in a setopt',
  52: 'Server returned nothing (no headers, no data)',
  55: 'Failed sending data to the peer',
  56: 'Failure when receiving data from the peer',
  63: 'Maximum file size exceeded',
};

export function failed(x: unknown): x is TransferError {
  return x instanceof TransferError;
}
