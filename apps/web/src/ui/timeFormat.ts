/** Times as people of the browser's region write them, where it is one of the interface's language: 17:05 in en-GB. */
export function timeFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const regional = navigator.languages.find((tag) => tag.split("-")[0] === language);
  return new Intl.DateTimeFormat(regional ?? language, options);
}
