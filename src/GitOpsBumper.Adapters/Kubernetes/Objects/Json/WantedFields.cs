using System.Text;
using System.Text.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Objects.Json;

/// <summary>Which fields of a JSON object are read. Lists are transparent: their items are read as the field itself would be.</summary>
internal sealed class WantedFields
{
    private readonly List<Field> _fields = [];
    private readonly List<byte[]> _unwanted = [];
    private bool _everything;

    /// <summary>The value whatever it is.</summary>
    public static WantedFields Everything { get; } = new() { _everything = true };

    /// <summary>Everything, and no text of it goes into a table where it would outlive the object.</summary>
    public static WantedFields Private { get; } = new() { _everything = true, IsPrivate = true };

    /// <summary>The value whatever it is, even of an object that is too large to be read: it tells which one that is.</summary>
    public static WantedFields Identity { get; } = new() { _everything = true, HasIdentity = true };

    /// <summary>Nothing but what kind of value it is: an empty mapping for a mapping.</summary>
    public static WantedFields Presence { get; } = new();

    /// <summary>The items of this list are handed out one by one and not kept.</summary>
    public bool HandsOutItems { get; init; }

    public bool IsPrivate { get; private init; }

    /// <summary>Whether this, or something below it, is <see cref="Identity"/>.</summary>
    public bool HasIdentity { get; private set; }

    /// <summary>Whether fields and items below are left out.</summary>
    public bool IsPresence => !_everything && _fields.Count == 0;

    public WantedFields this[string name]
    {
        set
        {
            _fields.Add(new Field(name, Encoding.UTF8.GetBytes(name), value));
            HasIdentity |= value.HasIdentity;
        }
    }

    /// <summary>These fields with all that is below them.</summary>
    public static WantedFields Of(params string[] names) => Of(Everything, names);

    /// <summary>Which objects these fields belong to.</summary>
    public static WantedFields IdentityOf(params string[] names) => Of(Identity, names);

    public static WantedFields EverythingBut(IEnumerable<string> names)
    {
        var wanted = new WantedFields { _everything = true };
        wanted._unwanted.AddRange(names.Select(Encoding.UTF8.GetBytes));
        return wanted;
    }

    /// <summary>The same fields, and those of another; a field of both is read as <paramref name="other"/> says.</summary>
    public WantedFields And(WantedFields other)
    {
        var both = new WantedFields { HandsOutItems = HandsOutItems };
        both._fields.AddRange(other._fields);
        both._fields.AddRange(_fields.Where(field => !other._fields.Exists(theirs => theirs.Name == field.Name)));
        both.HasIdentity = both._fields.Exists(field => field.Below.HasIdentity);
        return both;
    }

    /// <summary>What is wanted below the property that the reader stands on; null when it is to be skipped.</summary>
    public WantedFields? Find(ref Utf8JsonReader reader, StringTable strings, out string name)
    {
        foreach (var field in _fields)
        {
            if (reader.ValueTextEquals(field.Utf8))
            {
                name = field.Name;
                return field.Below;
            }
        }

        name = "";
        if (!_everything)
            return null;
        foreach (var unwanted in _unwanted)
        {
            if (reader.ValueTextEquals(unwanted))
                return null;
        }

        name = strings.Read(ref reader);
        return IsPrivate ? Private : Everything;
    }

    private static WantedFields Of(WantedFields below, string[] names)
    {
        var wanted = new WantedFields();
        foreach (var name in names)
            wanted[name] = below;
        return wanted;
    }

    private sealed record Field(string Name, byte[] Utf8, WantedFields Below);
}
