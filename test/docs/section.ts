import * as fs from 'fs';
import * as path from 'path';

const DOCS = path.join(__dirname, '..', '..', 'docs');

/** The lines of a page between `<!-- <name> begins -->` and `<!-- <name> ends -->`. With UPDATE_DOCS=1 they are written first. */
export function section(page: string, name: string, generated: string): string {
  const file = path.join(DOCS, page);
  const [begin, end] = [`<!-- ${name} begins -->\n`, `<!-- ${name} ends -->\n`];
  const text = fs.readFileSync(file, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) {
    throw new Error(`${page} has no section '${name}'`);
  }
  if (process.env.UPDATE_DOCS === '1' && process.env.CI === undefined) {
    fs.writeFileSync(file, text.slice(0, from) + generated + text.slice(to));
    return generated;
  }
  return text.slice(from, to);
}

/** A table of Markdown. Its cells must not hold a border. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

/** The text of a whole page. */
export function page(name: string): string {
  return fs.readFileSync(path.join(DOCS, name), 'utf8');
}
