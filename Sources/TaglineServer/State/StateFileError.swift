/// The reason why a file is not a state, with the line.
struct StateFileError: Error {
    let sentence: String
}
