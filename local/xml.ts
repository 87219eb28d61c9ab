const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Text as XML content. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ESCAPES[character]);
}

/**
 * A value as AWS's XML protocols write it: objects as elements, arrays as one `item` element an entry.
 *
 * @param item the element of an array's entries; `null` repeats the array's own element, as S3 does
 */
export function toXml(value: unknown, item: string | null = 'member'): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    return value.map((entry) => `<${item}>${toXml(entry, item)}</${item}>`).join('');
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return escapeXml(String(value));
  }
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined && entry !== null)
    .map(([name, entry]) =>
      Array.isArray(entry) && item === null
        ? entry.map((each) => `<${name}>${toXml(each, item)}</${name}>`).join('')
        : `<${name}>${toXml(entry, item)}</${name}>`,
    )
    .join('');
}
