import { compareSync, encodeBase64, hashSync } from 'bcryptjs';
import { text } from '../../base/utf8.ts';

export const SALT_BYTES = 16;

/** `$2y$COST$` with salt and hash in 53 characters. `cost`: 2 to its power is how often the keys are set up. */
export function bcrypt(password: Uint8Array, cost: number, salt: Uint8Array): string {
  return hashSync(text(password), `$2y$${String(cost).padStart(2, '0')}$${encodeBase64([...salt], SALT_BYTES)}`);
}

/** Whether the hash is one of this password; false for what is no bcrypt hash. */
export function isBcrypt(password: Uint8Array, hash: string): boolean {
  return /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(hash) && compareSync(text(password), hash);
}
