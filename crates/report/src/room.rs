//! Text that must not grow beyond what a host takes: parts are added whole or not at all, and what is left out is counted.

/// How a host counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// Units of UTF-16, of which a character has one or two: never fewer than characters.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

/// A text with a limit.
#[derive(Debug)]
pub(crate) struct Room {
    out: String,
    left: usize,
    unit: Unit,
    /// How many parts did not fit.
    pub(crate) left_out: usize,
}

impl Room {
    /// Room for so much text, of which a part is kept for its end.
    pub(crate) fn new(most: usize, kept: usize, unit: Unit) -> Self {
        Self { out: String::new(), left: most.saturating_sub(kept), unit, left_out: 0 }
    }

    /// Adds a part if it fits, and says whether it did. Once one did not, smaller ones of the same kind may.
    pub(crate) fn add(&mut self, part: &str) -> bool {
        let size = self.size(part);
        let fits = size <= self.left;
        if fits {
            self.left -= size;
            self.out.push_str(part);
        }
        fits
    }

    /// Adds parts under a heading and above an end, as many as fit, in their order. Nothing is added when there is none.
    pub(crate) fn list(&mut self, heading: &str, parts: &[String], end: &str) {
        if parts.is_empty() {
            return;
        }
        let around = self.size(heading) + self.size(end);
        let first = parts.first().map_or(0, |part| self.size(part));
        if around + first > self.left {
            self.left_out += parts.len();
            return;
        }
        self.left -= around;
        self.out.push_str(heading);
        for (i, part) in parts.iter().enumerate() {
            if !self.add(part) {
                // What follows is less severe: a shorter one must not take its place.
                self.left_out += parts.len() - i;
                break;
            }
        }
        self.out.push_str(end);
    }

    fn size(&self, text: &str) -> usize {
        match self.unit {
            Unit::Characters => text.encode_utf16().count(),
            Unit::Bytes => text.len(),
        }
    }

    /// The text, with an end for which room was kept.
    pub(crate) fn finish(mut self, end: &str) -> String {
        self.out.push_str(end);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_at_the_first_part_that_does_not_fit() {
        let mut room = Room::new(20, 4, Unit::Characters);
        let parts = ["aaaa".to_owned(), "b".repeat(11), "c".to_owned()];
        room.list("<", &parts, ">");
        room.list("[", &["d".repeat(20)], "]");
        assert_eq!(room.left_out, 3);
        assert_eq!(room.finish("end."), "<aaaa>end.");
    }

    #[test]
    fn characters_of_two_units_count_twice() {
        let mut room = Room::new(3, 0, Unit::Characters);
        assert!(room.add("😀") && !room.add("😀") && room.add("é"));
        let mut room = Room::new(3, 0, Unit::Bytes);
        assert!(room.add("é") && !room.add("é"));
    }
}
