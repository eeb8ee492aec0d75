namespace GitOpsBumper.Core.Yaml;

/// <summary>A node of a parsed YAML text, with the place where it stands. Offsets count UTF-16 code units from the beginning of the text.</summary>
public abstract record YamlNode
{
    private YamlNode()
    {
    }

    /// <summary>Where the node begins, its tag and anchor included.</summary>
    public required int Start { get; init; }

    /// <summary>Behind the node's last character; trailing comments and line ends are not part of it.</summary>
    public required int End { get; init; }

    /// <summary>Null when the node has none.</summary>
    public string? Anchor { get; init; }

    /// <summary>The node has a tag of its own such as <c>!!str</c>.</summary>
    public bool IsTagged { get; init; }

    public sealed record Scalar : YamlNode
    {
        public required string Value { get; init; }

        public required ScalarForm Form { get; init; }

        /// <summary>Nothing is written at all, as behind <c>key:</c>.</summary>
        public bool IsEmpty => Start == End;

        /// <summary>YAML reads it as null: nothing, <c>~</c> or <c>null</c>.</summary>
        public bool IsNull => Form == ScalarForm.Plain && !IsTagged && Value is ("" or "~" or "null" or "Null" or "NULL");
    }

    public sealed record Mapping : YamlNode
    {
        public required bool IsFlow { get; init; }

        public required IReadOnlyList<MappingEntry> Entries { get; init; }

        /// <summary>The value of a key; null when the key is not there.</summary>
        public YamlNode? Find(string key, StringComparison comparison = StringComparison.Ordinal) => FindEntry(key, comparison)?.Value;

        public MappingEntry? FindEntry(string key, StringComparison comparison = StringComparison.Ordinal) =>
            Entries.FirstOrDefault(entry => entry.Key is Scalar scalar && scalar.Value.Equals(key, comparison));
    }

    public sealed record Sequence : YamlNode
    {
        public required bool IsFlow { get; init; }

        public required IReadOnlyList<YamlNode> Items { get; init; }
    }

    /// <summary>
    /// A reference to an anchor; what it stands for is one step away, so that a text cannot grow while it is read. Whoever follows several
    /// needs a bound: a short text can refer to itself millions of times.
    /// </summary>
    public sealed record Alias : YamlNode
    {
        public required string Name { get; init; }

        /// <summary>The node it stands for; null when the alias stands within that node.</summary>
        public required YamlNode? Definition { get; init; }

        /// <summary>The scalar it stands for; null when it stands for a mapping or a list.</summary>
        public Scalar? Target => Definition as Scalar;
    }
}

/// <param name="Key">Of the entry.</param>
/// <param name="Value">An empty scalar where nothing is written.</param>
/// <param name="Colon">Where the colon between them stands; null where it is not on the key's line (<c>? key</c>), or not there at all.</param>
public sealed record MappingEntry(YamlNode Key, YamlNode Value, int? Colon);

public enum ScalarForm
{
    Plain,
    SingleQuoted,
    DoubleQuoted,

    /// <summary>Literal or folded: <c>|</c> or <c>&gt;</c>.</summary>
    Block,
}
