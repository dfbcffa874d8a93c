/** Signs a persona in through the sign-in page, as a person would. */
export async function signInBrowser(page, personName) {
  const popupOpens = page.waitForEvent('popup');
  await page
    .getByRole('button', { name: /sign in/i })
    .first()
    .click();
  const popup = await popupOpens;
  await popup.getByRole('button', { name: new RegExp(personName) }).click();
  await page.getByRole('navigation').first().waitFor();
}
