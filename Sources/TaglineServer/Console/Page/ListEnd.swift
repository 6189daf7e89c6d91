/// The end of a page's long list: the end tags of the table, and then a link to the next rows or a note.
struct ListEnd: Sendable {
    static let template = "list-end"

    /// The address of the page with the next rows; nil if the list ends on this page.
    var next: String?
    /// The text of the link to the next rows.
    var label = ""
    /// A sentence about rows that the page leaves out; nil if the page needs no such sentence.
    var note: String?

    var html: String {
        var data: PageData = ["label": label]
        data["next"] = next
        data["note"] = note
        return PageLibrary.render(Self.template, data)
    }

    static let markup = """
        </tbody></table>{{#next}}<p class="more"><a href="{{next}}">{{label}}</a></p>{{/next}}{{#note}}<p class="more">{{note}}</p>{{/note}}
        """
}
