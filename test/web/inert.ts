/** Text that leaves every place where text can stand, if any place lets it. Whatever comes of it as markup has the word `owned` in a tag. */
export const HOSTILE = [
  `"><img src=x onerror="alert(1)" owned>`,
  `' owned='1" owned="1`,
  '</title></textarea></pre><script owned>alert(1)</script>',
  '<!-- owned --><svg/onload=alert(1) owned>',
  '&lt;b owned&gt; &#60;i owned&#62;',
  '{{owned}} ${owned} <%= owned %>',
].join(' ');

/** Ways into a spreadsheet, into Markdown, into Slack's markup, and onto a line of its own. */
export const HOSTILE_TEXT = `=HYPERLINK("http://evil.example.org","owned") [owned](javascript:alert(1)) **owned** <!channel> \u202eowned\n{"level":50,"msg":"owned"}\r\n# owned\n${HOSTILE}`;

/**
 * What of a page is markup that the hostile text made: tags outside of their quoted values, comments, links that run something.
 * Empty when all of it is text.
 */
export function cameAlive(html: string): string[] {
  const tags = [...html.matchAll(/<[a-z/!][^<>"]*(?:"[^"]*"[^<>"]*)*>?/gi)].map(([tag]) => tag);
  const bare = tags.map((tag) => [tag, tag.replaceAll(/"[^"]*"/g, '""')] as const);
  return bare
    .filter(
      ([tag, outside]) =>
        /owned|\son\w+=/i.test(outside) || /(?:href|src|action)="\s*(?:javascript|data):/i.test(tag) || /^<script(?! src="\/)/i.test(tag),
    )
    .map(([tag]) => tag);
}
