//! The macro that implements snapshots for structs and enums.

/// Implements [`Snapshot`](crate::Snapshot) for a struct or an enum, given the list of its fields or of its numbered variants. A
/// missing field or variant is a compile error.
///
/// ```
/// use acquaint_checkpoint::{loaded, saved, snapshot};
///
/// #[derive(Debug, PartialEq)]
/// struct Place { row: u32, name: Option<String> }
/// snapshot!(struct Place { row, name });
///
/// #[derive(Debug, PartialEq)]
/// enum Where { Nowhere, At(Place), Between { one: u32, other: u32 } }
/// snapshot!(enum Where { 0 => Nowhere, 1 => At(place), 2 => Between { one, other } });
///
/// let state = Where::At(Place { row: 7, name: None });
/// assert_eq!(saved(&state), [1, 7, 0]);
/// assert_eq!(loaded(&[1, 7, 0]), Ok(state));
/// assert!(loaded::<Where>(&[3]).is_err());
/// ```
///
/// ```compile_fail
/// struct Place { row: u32, name: Option<String> }
/// acquaint_checkpoint::snapshot!(struct Place { row });
/// ```
#[macro_export]
macro_rules! snapshot {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::Snapshot for $name {
            fn save(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::Snapshot::save($field, out);)*
            }

            fn load(bytes: &mut $crate::SnapshotReader<'_>) -> Result<Self, $crate::MalformedSnapshot> {
                Ok(Self { $($field: $crate::Snapshot::load(bytes)?),* })
            }
        }
    };
    (struct $name:ident($($field:ident),*)) => {
        impl $crate::Snapshot for $name {
            fn save(&self, out: &mut Vec<u8>) {
                let Self($($field),*) = self;
                $($crate::Snapshot::save($field, out);)*
            }

            fn load(bytes: &mut $crate::SnapshotReader<'_>) -> Result<Self, $crate::MalformedSnapshot> {
                $(let $field = $crate::Snapshot::load(bytes)?;)*
                Ok(Self($($field),*))
            }
        }
    };
    (enum $name:ident {
        $($number:literal => $variant:ident $(($($item:ident),*))? $({ $($field:ident),* })?),* $(,)?
    }) => {
        impl $crate::Snapshot for $name {
            fn save(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($item),*))? $({ $($field),* })? => {
                        out.push($number);
                        $($($crate::Snapshot::save($item, out);)*)?
                        $($($crate::Snapshot::save($field, out);)*)?
                    })*
                }
            }

            fn load(bytes: &mut $crate::SnapshotReader<'_>) -> Result<Self, $crate::MalformedSnapshot> {
                match bytes.byte()? {
                    $($number => {
                        $($(let $item = $crate::Snapshot::load(bytes)?;)*)?
                        $($(let $field = $crate::Snapshot::load(bytes)?;)*)?
                        Ok(Self::$variant $(($($item),*))? $({ $($field),* })?)
                    })*
                    _ => Err($crate::MalformedSnapshot),
                }
            }
        }
    };
}
