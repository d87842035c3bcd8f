//! Texts and lists. A codec writes a length before each; nothing is allocated because a length says so.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text. It is read as a borrowed one, whose bytes are known to be there, and copied then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

/// So many elements room is made for because a length says so: the rules of a verdict.
const AHEAD_MAX: usize = 24;

/// A list, which grows as its elements are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().collect())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Copied;

        impl Visitor<'_> for Copied {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text::from(text))
            }
        }

        deserializer.deserialize_str(Copied)
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Growing(PhantomData))
    }
}

struct Growing<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Growing<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    /// The announced length is not relied on: room is made ahead for a few elements, those that are there make the list
    /// grow beyond, and the first that is not ends it with an error.
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::with_capacity(elements.size_hint().unwrap_or(0).min(AHEAD_MAX));
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(List(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::DeserializeSeed;
    use serde::de::value::{Error as Trouble, U8Deserializer};

    /// Announces as many elements as there can be, and has three.
    struct Boaster(u8);

    impl<'de> SeqAccess<'de> for Boaster {
        type Error = Trouble;

        fn next_element_seed<S: DeserializeSeed<'de>>(
            &mut self,
            seed: S,
        ) -> Result<Option<S::Value>, Trouble> {
            self.0 += 1;
            let element = U8Deserializer::<Trouble>::new(self.0);
            (self.0 <= 3).then(|| seed.deserialize(element)).transpose()
        }

        fn size_hint(&self) -> Option<usize> {
            Some(usize::MAX)
        }
    }

    #[test]
    fn a_list_takes_no_more_room_than_its_elements_need() {
        let list = Growing::<u8>(PhantomData).visit_seq(Boaster(0)).expect("three elements");
        assert_eq!(list.0, [1, 2, 3]);
        assert!(list.0.capacity() <= AHEAD_MAX, "{}", list.0.capacity());
    }
}
