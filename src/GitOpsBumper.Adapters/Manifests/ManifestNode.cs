namespace GitOpsBumper.Adapters.Manifests;

/// <summary>One node of a manifest: a text, a mapping or a list, and the line it begins on.</summary>
internal sealed class ManifestNode
{
    public required int Line { get; init; }

    /// <summary>Null unless the node is a scalar.</summary>
    public string? Text { get; init; }

    /// <summary>Quoted, tagged or a block: a string whatever it looks like.</summary>
    public bool IsString { get; init; }

    public Dictionary<string, ManifestNode>? Map { get; init; }

    public List<ManifestNode>? Items { get; init; }

    public bool IsNull => Text is not null && !IsString && Text is ("" or "~" or "null" or "Null" or "NULL");

    /// <summary>The value of a key; null when this is no mapping, or the key is missing or null.</summary>
    public ManifestNode? this[string key] => Map is not null && Map.TryGetValue(key, out var value) && !value.IsNull ? value : null;

    /// <summary>What kind of thing it is, for messages.</summary>
    public string Kind => Map is not null ? "a mapping" : Items is not null ? "a list" : IsNull ? "null" : "a text";
}

/// <summary>A manifest says something of the wrong kind.</summary>
internal sealed class ManifestException(int line, string message) : Exception(message)
{
    public int Line => line;
}
