using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Values;

/// <summary>
/// One state of a Helm values file. Of several documents Helm reads the first one, and so does this.
/// <para>
/// At each mapping the longest key that fits the path is tried first, so <c>sub.image.tag</c> finds <c>tag</c> below a key <c>sub.image</c>; where no way leads to a scalar,
/// what is missing is added where the least is, split at every dot. A way that leads to what is no scalar, or through what is no mapping, is a problem rather than one that is not there.
/// </para>
/// <para>
/// What the path names is written where it stands; a definition is shared, a use is not. A scalar with an anchor is changed in place and keeps the anchor, so aliases follow;
/// an alias is replaced by the value at that place alone. A path through an alias or a merge key is looked through when it is read; when it is set, a key of
/// its own is put over what was taken over, and the mapping that others share stays as it is.
/// </para>
/// </summary>
public sealed class ValuesFile
{
    private readonly IReadOnlyList<YamlText> _documents;

    private ValuesFile(IReadOnlyList<YamlText> documents) => _documents = documents;

    public string Text => _documents[0].Text;

    /// <param name="text">Of the file; null or empty when there is none yet.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out ValuesFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (!YamlText.TryParseAll(text ?? "", out var documents, out problem))
            return false;
        if (documents.Count == 0)
        {
            if (!YamlText.TryParse(text ?? "", out var nothing, out problem))
                return false;
            documents = [nothing];
        }

        file = new ValuesFile(documents);
        return true;
    }

    /// <param name="path">Of a scalar.</param>
    /// <param name="value">What the scalar says, whatever type YAML gives it; null when nothing, or null, stands there.</param>
    /// <param name="problem">The path leads through something that it cannot go through, or to something that is no scalar: a sentence with the line.</param>
    public bool TryFind(ValuePath path, out string? value, [NotNullWhen(false)] out string? problem)
    {
        value = ValuesLookup.TryFind(_documents[0], path, out var place, out problem) ? ValueOf(place) : null;
        return problem is null;
    }

    /// <summary>Sets a scalar; every other one of the file says afterwards what it said before, and stands there in the same bytes.</summary>
    /// <param name="path">Of the scalar; keys that are missing are added, lists and their items are not.</param>
    /// <param name="value">To be read back as a string.</param>
    /// <param name="changed">The same file when it says so already.</param>
    /// <param name="problem">Why it cannot be written: a sentence with the line.</param>
    public bool TrySet(ValuePath path, string value, [NotNullWhen(true)] out ValuesFile? changed, [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        if (!ValuesLookup.TryFind(_documents[0], path, out var place, out problem))
            return false;
        if (ValueOf(place) == value)
        {
            changed = this;
            return true;
        }

        if (!new ValuesWriter(_documents[0], path, place, value).TryWrite(out var edit, out problem) || !TryVerify(edit, path, value, out var next, out problem))
            return false;
        changed = next;
        return true;
    }

    /// <summary>When what a scalar holds ends by itself, as the comment behind it says.</summary>
    public EndMark EndOf(ValuePath path) => ValuesLookup.TryFind(_documents[0], path, out var place, out _) && EndOf(place) is { } end ? EndMark.Read(Text, end) : EndMark.None;

    /// <summary>Says behind a scalar when what it holds ends.</summary>
    /// <param name="path">Of a scalar that is there.</param>
    /// <param name="until">Null: not by itself.</param>
    /// <param name="changed">The same file when it says so already.</param>
    /// <param name="problem">Why it cannot be written: a sentence with the line.</param>
    public bool TrySetEnd(ValuePath path, DateTimeOffset? until, [NotNullWhen(true)] out ValuesFile? changed, [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        if (!ValuesLookup.TryFind(_documents[0], path, out var place, out problem))
            return false;
        changed = EndOf(path) == new EndMark(until, null) ? this
            : EndOf(place) is { } end && EndMark.TryWrite(Text, end, until, out var text) && TryRead(text, out var next, out _) && SaysTheSame(next) && next.EndOf(path).Until == until ? next
            : null;
        if (changed is null)
            problem = $"the end of what '{path.Text}' holds is told by a comment behind it, for which there is no place; write it as 'key: value' on a line of its own";
        return changed is not null;
    }

    /// <summary>Behind the scalar, where it has a line's end to itself.</summary>
    private static int? EndOf(ValuesPlace place) => place is { Missing: 0, Hops: [.., { Merge: null } last] } && last.Child is not YamlNode.Scalar { Form: ScalarForm.Block } ? last.Child.End : null;

    private bool SaysTheSame(ValuesFile other) => other._documents.Count == _documents.Count
        && _documents.Zip(other._documents).All(pair => new ValuesComparison(null, null).IsSame(pair.First.Root, pair.Second.Root, out _));

    private bool TryVerify(ValuesEdit edit, ValuePath path, string value, [NotNullWhen(true)] out ValuesFile? next, [NotNullWhen(false)] out string? problem)
    {
        if (!TryRead(edit.Text, out next, out var reason))
        {
            problem = $"'{path.Text}' cannot be set, because the file would be no YAML any more ({reason}); write the mapping around it with one 'key: value' per line";
            return false;
        }

        problem = null;
        if (next._documents.Count != _documents.Count)
            problem = $"'{path.Text}' cannot be set, because the file would have {next._documents.Count} documents instead of {_documents.Count}; write the mapping around it with one 'key: value' per line";
        for (var index = 0; index < _documents.Count && problem is null; index++)
        {
            var comparison = index == 0 ? new ValuesComparison(edit.Target, edit.Replacement) : new ValuesComparison(null, null);
            var before = index == 0 && edit.Target is null ? edit.Replacement : _documents[index].Root;
            if (comparison.IsSame(before, next._documents[index].Root, out var different))
                continue;
            var at = different is { Start: >= 0 } known ? known.Start : edit.Target?.Start ?? 0;
            problem = $"'{path.Text}' cannot be set, because what {ValuesLookup.Line(_documents[index], at)} says would change too; write the mapping around it with one 'key: value' per line, and end the file with a line end";
        }

        if (problem is null && !(next.TryFind(path, out var found, out _) && found == value))
            problem = $"'{path.Text}' cannot be set, because the file would not say it there afterwards; write the mapping around it with one 'key: value' per line";
        if (problem is null)
            return true;
        next = null;
        return false;
    }

    private static string? ValueOf(ValuesPlace place)
    {
        var scalar = place.Missing > 0 ? null : place.End as YamlNode.Scalar;
        return scalar is null or { IsNull: true } ? null : scalar.Value;
    }
}
