import OfficialAccount

/// Formats rows as a table for people. A line of names comes first, and each column is as wide as its widest cell.
struct Table {
    let names: [String]
    let rows: [[String]]

    var text: String {
        let all = ([names] + rows).map { $0.map(\.shown) }
        let widths = names.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { $0.padded(columns: $1) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
