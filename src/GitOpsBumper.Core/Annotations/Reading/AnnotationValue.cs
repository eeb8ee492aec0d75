namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>One annotation under one of our prefixes.</summary>
/// <param name="Key">As found, prefix included.</param>
/// <param name="Raw">As found.</param>
internal sealed record AnnotationValue(string Key, string Raw)
{
    /// <summary>Without white space at its ends; empty means the default.</summary>
    public string Text { get; } = Raw.Trim();

    public Problem Problem(string message) => new(Key, Shortened.Text(Raw), message);
}
