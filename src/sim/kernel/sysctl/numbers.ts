import { fail, type KernelError } from '../../base/result.ts';

/**
 * Reads what a program writes to a setting of numbers (proc_dointvec): decimal, 0x or 0 octal, white space between; more than
 * there is room for is an error. Nothing written changes nothing.
 */
export function parseNumbers(text: string, room: number, min: number, max: number): number[] | KernelError {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > room) return fail('EINVAL');
  const numbers: number[] = [];
  for (const word of words) {
    if (!/^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(word)) return fail('EINVAL');
    const negative = word.startsWith('-');
    const digits = negative ? word.slice(1) : word;
    const base = /^0[xX]/.test(digits) ? 16 : digits.length > 1 && digits.startsWith('0') ? 8 : 10;
    const value = Number.parseInt(base === 16 ? digits.slice(2) : digits, base);
    const signed = negative ? -value : value;
    if (Number.isNaN(value) || signed < min || signed > max) return fail('EINVAL');
    numbers.push(signed);
  }
  return numbers;
}

export const INT_MIN = -(2 ** 31);
export const INT_MAX = 2 ** 31 - 1;
