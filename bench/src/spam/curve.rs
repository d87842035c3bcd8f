//! How well scores separate two groups.

/// The area under the receiver operating characteristic: the probability that a score in `yes` is higher than one in `no`,
/// with ties counting half. One half if a group is empty.
pub(crate) fn area(yes: &[f64], no: &[f64]) -> f64 {
    if yes.is_empty() || no.is_empty() {
        return 0.5;
    }
    let mut no = no.to_vec();
    no.sort_unstable_by(f64::total_cmp);
    let wins: f64 = yes
        .iter()
        .map(|score| {
            let below = no.partition_point(|other| other < score);
            let alike = no.partition_point(|other| other <= score) - below;
            below as f64 + alike as f64 / 2.0
        })
        .sum();
    wins / (yes.len() as f64 * no.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn it_counts_pairs() {
        assert_eq!(area(&[2.0, 3.0], &[0.0, 1.0]), 1.0);
        assert_eq!(area(&[0.0], &[0.0, 0.0]), 0.5);
        // 1 beats 0, ties 1, loses to 2; 3 beats all.
        assert_eq!(area(&[1.0, 3.0], &[0.0, 1.0, 2.0]), 4.5 / 6.0);
        assert_eq!(area(&[], &[1.0]), 0.5);
    }
}
