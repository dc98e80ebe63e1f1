import type { DevOfficial } from './dev-issuer.js';

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** One button per invented official, sorted by organisation. Works without a script. */
export const loginPage = (uid: string, officials: readonly DevOfficial[]): string => {
  const byOrganisation = new Map<string, DevOfficial[]>();
  for (const official of officials)
    byOrganisation.set(official.orgName, [...(byOrganisation.get(official.orgName) ?? []), official]);
  const sections = [...byOrganisation].map(
    ([organisation, people]) => `
      <section>
        <h2>${escape(organisation)}</h2>
        ${people
          .map(
            (person) =>
              `<button name="sub" value="${escape(person.sub)}">${escape(person.name)}${person.note ? ` <small>${escape(person.note)}</small>` : ''}</button>`,
          )
          .join('\n        ')}
      </section>`,
  );
  return `<!doctype html>
<html lang="sv">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Logga in (utveckling)</title>
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
      button { display: block; width: 100%; text-align: left; margin: .3rem 0; padding: .6rem .8rem; font: inherit; }
      h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; }
    </style>
  </head>
  <body>
    <h1>Logga in som</h1>
    <p>Alla personer här är påhittade. Everybody here is invented.</p>
    <form method="post" action="/login/${escape(uid)}">${sections.join('')}
    </form>
  </body>
</html>
`;
};
