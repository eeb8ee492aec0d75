using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>Where a path leads in a file.</summary>
/// <param name="Hops">From the root on, as far as there is something.</param>
/// <param name="End">What the last hop leads to, aliases looked through; null where the file has no root.</param>
/// <param name="Missing">The number of keys at the end of the path that are not there; then the end is a mapping or null, else a scalar.</param>
internal sealed record ValuesPlace(IReadOnlyList<ValuesHop> Hops, YamlNode? End, int Missing);

/// <summary>One step down.</summary>
/// <param name="Owner">The mapping or list in which it stands, aliases looked through.</param>
/// <param name="Entry">Null in a list.</param>
/// <param name="Child">As it stands there; may be an alias.</param>
/// <param name="Name">The key as the file and the path say it; null in a list.</param>
/// <param name="Merge">The entry <c>&lt;&lt;</c> of the owner that brings the entry in from elsewhere; null when the entry is the owner's own.</param>
/// <param name="Steps">Of the path, up to and with this hop.</param>
internal sealed record ValuesHop(YamlNode Owner, MappingEntry? Entry, YamlNode Child, string? Name, MappingEntry? Merge, int Steps);
