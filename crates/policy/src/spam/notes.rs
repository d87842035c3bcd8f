//! The symbol of notes: nearly the same note to several people.

use acquaint_checkpoint::snapshot;
use acquaint_domain::{Handle, Span, Timestamp};

use super::history::MemberHistory;

/// Length of a piece of a note, in characters.
const PIECE_LEN: usize = 3;

/// The names by which a note may address a member: hashes of the first two words of the handle, 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct NameWords {
    first: u32,
    second: u32,
}

snapshot!(struct NameWords { first, second });

impl NameWords {
    /// The words of `handle`: `ada` and `lovelace` for `ada-lovelace`.
    pub(crate) fn of(handle: &Handle) -> Self {
        let letters = folded(handle.as_str());
        let mut names = letters.split(|letter| *letter == ' ').map(word_hash);
        let mut next = || names.next().unwrap_or(0);
        Self { first: next(), second: next() }
    }

    fn holds(self, word: &[char]) -> bool {
        [self.first, self.second].contains(&word_hash(word))
    }
}

/// A 32-bit hash of a word, never 0.
fn word_hash(word: &[char]) -> u32 {
    (hash(word) as u32).max(1)
}

/// A sketch of a note's text (simhash, Charikar 2002): the sketches of notes that share most of their pieces differ in few of
/// their 64 bits. Letter case, white space, punctuation and `names` do not count. `None` for a note without any other letter
/// or digit.
///
/// A sketch reveals something of the text, so it is as personal as the note; no event holds it.
pub(crate) fn sketch(note: &str, names: [NameWords; 2]) -> Option<u64> {
    let letters = nameless(folded(note), names);
    if letters.is_empty() {
        return None;
    }
    let pieces = letters.windows(PIECE_LEN.min(letters.len()));
    let most = pieces.len() as u32 / 2;
    // For each of the 64 bits, how many pieces have it. `counts[i]` holds bit i of all 64 numbers.
    let mut counts = [0_u64; u32::BITS as usize];
    for piece in pieces {
        let mut carried = hash(piece);
        for count in &mut counts {
            (*count, carried) = (*count ^ carried, *count & carried);
            if carried == 0 {
                break;
            }
        }
    }
    // The bits that more than half of the pieces have: the 64 numbers are compared with `most` from their highest bit down.
    let (mut more, mut alike) = (0, u64::MAX);
    for (place, count) in counts.iter().enumerate().rev() {
        if most >> place & 1 == 1 {
            alike &= count;
        } else {
            more |= alike & count;
            alike &= !count;
        }
    }
    Some(more)
}

/// The number of earlier requests in the window, to people whom the sender's desk does not know, whose notes' sketches differ
/// from `sketch` in at most `bits` bits.
pub(crate) fn repeated(
    history: &MemberHistory,
    sketch: Option<u64>,
    bits: u32,
    window: Span,
    now: Timestamp,
) -> u32 {
    let Some(sketch) = sketch else { return 0 };
    let near = |other: u64| (other ^ sketch).count_ones() <= bits;
    history.within(window, now).sketches().filter(|other| near(*other)).count() as u32
}

/// The text without the names, with one space between words.
fn nameless(letters: Vec<char>, names: [NameWords; 2]) -> Vec<char> {
    let is_name = |word: &[char]| names.iter().any(|names| names.holds(word));
    if names == [NameWords::default(); 2] || !letters.split(|letter| *letter == ' ').any(is_name) {
        return letters;
    }
    let words = letters.split(|letter| *letter == ' ').filter(|word| !is_name(word));
    words.collect::<Vec<_>>().join(&' ')
}

/// The note's letters and digits in lower case, with one space between words.
fn folded(note: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(note.len());
    let mut is_apart = false;
    for letter in note.chars() {
        if !letter.is_alphanumeric() {
            is_apart = true;
            continue;
        }
        if std::mem::take(&mut is_apart) && !letters.is_empty() {
            letters.push(' ');
        }
        if letter.is_ascii() {
            letters.push(letter.to_ascii_lowercase());
        } else {
            letters.extend(letter.to_lowercase());
        }
    }
    letters
}

/// 64-bit FNV-1a over the characters, followed by the finaliser of MurmurHash3: FNV alone leaves the high bits of short texts
/// alike.
fn hash(piece: &[char]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = piece
        .iter()
        .fold(OFFSET_BASIS, |hash, letter| (hash ^ u64::from(u32::from(*letter))).wrapping_mul(PRIME));
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::super::history::given;
    use super::*;

    fn plain(note: &str) -> Option<u64> {
        sketch(note, [NameWords::default(); 2])
    }

    fn differ(one: &str, other: &str) -> u32 {
        (plain(one).expect("a text") ^ plain(other).expect("a text")).count_ones()
    }

    #[test]
    fn the_sketch_of_one_piece_is_its_hash_and_that_of_two_the_bits_of_both() {
        assert_eq!(plain("abc"), Some(hash(&['a', 'b', 'c'])));
        assert_eq!(plain("ab"), Some(hash(&['a', 'b'])));
        // A bit is set if more than half of the pieces have it: of two pieces, both.
        assert_eq!(plain("abcd"), Some(hash(&['a', 'b', 'c']) & hash(&['b', 'c', 'd'])));
    }

    #[test]
    fn a_note_is_folded_to_its_words() {
        let table = [
            ("", ""),
            (" ?! ", ""),
            ("  Hello,  World 2! ", "hello world 2"),
            ("ÅNGSTRÖM\nŞİŞ-kebab", "ångström şi\u{307}ş kebab"),
        ];
        for (note, then) in table {
            assert_eq!(folded(note).into_iter().collect::<String>(), then, "{note:?}");
        }
    }

    #[test]
    fn case_white_space_and_punctuation_do_not_count() {
        assert_eq!(differ("Hello  there,\nlet us CONNECT", " hello there let us connect!"), 0);
        for nothing in ["", "  \n", "?!"] {
            assert_eq!(plain(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn another_name_changes_few_bits_and_other_words_many() {
        let to = |name| format!("Hello {name}, I am looking for engineers for our team. Shall we talk?");
        for (one, other) in [("Ada", "Bertram"), ("Chidi", "Jens"), ("Ioana", "Fatima"), ("Emre", "Ada")] {
            assert!(differ(&to(one), &to(other)) <= 12, "{one}, {other}: {}", differ(&to(one), &to(other)));
        }
        let own = [
            "We met at the fair",
            "Your talk on tides helped me. May I ask you about it?",
            "We worked together in Lisbon",
            "Greetings from your old neighbour",
            "Hello, I am reading your book and would like to ask a question.",
        ];
        for (place, one) in own.iter().enumerate() {
            for other in &own[..place] {
                assert!(differ(one, other) > 16, "{one}, {other}: {}", differ(one, other));
            }
        }
    }

    #[test]
    fn a_note_repeats_earlier_ones_that_differ_in_few_enough_bits() {
        let now = given::at(1_000);
        let history = given::history([(0, None), (1, Some(0b0111)), (2, Some(0b1111)), (3, Some(0))]);
        let repeated = |sketch, bits| repeated(&history, sketch, bits, Span::seconds(1), now);
        assert_eq!(repeated(Some(0b0111), 0), 1);
        assert_eq!(repeated(Some(0b0111), 1), 2);
        assert_eq!(repeated(Some(0b0111), 3), 3);
        assert_eq!(repeated(None, 64), 0);
        // Two notes without words do not repeat one another.
        assert_eq!(repeated(Some(u64::MAX), 64), 3);
    }
}
