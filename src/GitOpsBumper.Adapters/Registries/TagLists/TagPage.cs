using System.Text.Json;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries.TagLists;

/// <summary>Reads <c>{"name": "team/web", "tags": ["1.0", "1.1"]}</c> without making more than the tags.</summary>
internal static class TagPage
{
    /// <summary>Adds the page's tags; what is no tag by the grammar nobody could pull, and is left out. False when the body is no page of tags.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, List<Tag> tags)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isTags = reader.ValueTextEquals("tags"u8);
                reader.Read();
                if (!isTags)
                    reader.Skip();
                else if (!TryReadList(ref reader, tags))
                    return false;
                found |= isTags;
            }

            return found && !reader.Read();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryReadList(ref Utf8JsonReader reader, List<Tag> tags)
    {
        // So some registries write an empty list.
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueSpan.Length <= Tag.MaxLength * 6 && Tag.TryParse(reader.GetString()!, out var tag, out _))
                tags.Add(tag);
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }
}
