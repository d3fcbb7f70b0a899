/** Whether a text can be the number of a card: 12 to 19 digits of which the last one checks the others (Luhn, ISO/IEC 7812-1). */
export function isCardNumber(text: string): boolean {
  if (!/^\d{12,19}$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(text.length - 1 - i) - 48;
    // Counted from the right, every second digit is doubled, and of a doubled one that has two digits these are added up.
    if (i % 2 === 0) sum += digit;
    else sum += digit < 5 ? digit * 2 : digit * 2 - 9;
  }
  return sum % 10 === 0;
}
