using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Configuration;

/// <summary>Reads a file that a setting names.</summary>
internal static class SettingsText
{
    /// <param name="path">Of the file.</param>
    /// <param name="text">All of it.</param>
    /// <param name="problem">A sentence that names the file: it may be there and yet not be ours to read.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            text = File.ReadAllText(path);
            problem = null;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            text = null;
            problem = $"'{path}' cannot be read: {failure.Message}";
            return false;
        }
    }
}
