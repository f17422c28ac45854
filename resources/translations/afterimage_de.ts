<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>Banner</name>
  <message>
   <source>Close this message</source>
   <translation>Diese Meldung schließen</translation>
  </message>
 </context>
 <context>
  <name>CollectionShelf</name>
  <message>
   <source>Add</source>
   <translation>Hinzufügen</translation>
  </message>
  <message>
   <source>Add %s to a collection</source>
   <translation>%s zu einer Sammlung hinzufügen</translation>
  </message>
  <message>
   <source>Added %s to %s</source>
   <translation>%s zu %s hinzugefügt</translation>
  </message>
  <message>
   <source>Already in %s</source>
   <translation>Bereits in %s</translation>
  </message>
  <message>
   <source>Collection</source>
   <translation>Sammlung</translation>
  </message>
  <message>
   <source>Collections</source>
   <translation>Sammlungen</translation>
  </message>
  <message>
   <source>Drop photos here to add them</source>
   <translation>Fotos hierher ziehen, um sie hinzuzufügen</translation>
  </message>
  <message>
   <source>New name of “%s”</source>
   <translation>Neuer Name von „%s“</translation>
  </message>
  <message>
   <source>Quick collection</source>
   <translation>Schnellsammlung</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Removed the collection %s</source>
   <translation>Sammlung %s entfernt</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Umbenennen</translation>
  </message>
  <message>
   <source>Rename or merge…</source>
   <translation>Umbenennen oder zusammenführen …</translation>
  </message>
  <message>
   <source>Show its photos</source>
   <translation>Zugehörige Fotos anzeigen</translation>
  </message>
  <message>
   <source>Took %s out of %s</source>
   <translation>%s aus %s entfernt</translation>
  </message>
 </context>
 <context>
  <name>ComparePage</name>
  <message>
   <source>%d of %d</source>
   <translation>%d von %d</translation>
  </message>
  <message>
   <source>Photos side by side: %s</source>
   <translation>Fotos nebeneinander: %s</translation>
  </message>
 </context>
 <context>
  <name>ComparePane</name>
  <message>
   <source>%s, %s</source>
   <translation>%s, %s</translation>
  </message>
 </context>
 <context>
  <name>DropHint</name>
  <message>
   <source>Drop to add this folder</source>
   <translation>Loslassen, um diesen Ordner hinzuzufügen</translation>
  </message>
 </context>
 <context>
  <name>ExampleTray</name>
  <message>
   <source>Less like %s</source>
   <translation>Weniger wie %s</translation>
  </message>
  <message>
   <source>Like %s</source>
   <translation>Wie %s</translation>
  </message>
  <message>
   <source>Like this</source>
   <translation>Wie dieses</translation>
  </message>
  <message>
   <source>More like %s</source>
   <translation>Ähnlich wie %s</translation>
  </message>
  <message>
   <source>Not like %s</source>
   <translation>Nicht wie %s</translation>
  </message>
  <message>
   <source>Not like this</source>
   <translation>Nicht wie dieses</translation>
  </message>
  <message>
   <source>pasted picture</source>
   <translation>eingefügtes Bild</translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Choose the folder</source>
   <translation>Ordner wählen</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Wählen …</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Exportieren</translation>
  </message>
  <message>
   <source>Export %s</source>
   <translation>%s exportieren</translation>
  </message>
  <message>
   <source>Export copies</source>
   <translation>Kopien exportieren</translation>
  </message>
  <message>
   <source>File names</source>
   <translation>Dateinamen</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>JPEG quality</source>
   <translation>JPEG-Qualität</translation>
  </message>
  <message>
   <source>Leave out</source>
   <translation>Nicht übernehmen</translation>
  </message>
  <message>
   <source>None chosen yet</source>
   <translation>Noch keiner gewählt</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Where to copy the photos</source>
   <translation>Zielordner für die Fotos</translation>
  </message>
 </context>
 <context>
  <name>ExportLine</name>
  <message>
   <source>Export progress</source>
   <translation>Exportfortschritt</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Stop the export</source>
   <translation>Export abbrechen</translation>
  </message>
 </context>
 <context>
  <name>GridScrubber</name>
  <message>
   <source>Years</source>
   <translation>Jahre</translation>
  </message>
 </context>
 <context>
  <name>Inspector</name>
  <message>
   <source>%s selected</source>
   <translation>%s ausgewählt</translation>
  </message>
  <message>
   <source>How well photo and sentence fit as a whole, from -1 to 1.
It compares the photos of one search; it is no probability.</source>
   <translation>Wie gut Foto und Satz insgesamt zusammenpassen, von -1 bis 1.
Der Wert vergleicht die Fotos einer Suche; er ist keine Wahrscheinlichkeit.</translation>
  </message>
  <message>
   <source>Its drive is not connected.</source>
   <translation>Das Laufwerk ist nicht angeschlossen.</translation>
  </message>
  <message>
   <source>Open in app</source>
   <translation>In App öffnen</translation>
  </message>
  <message>
   <source>Open in the default app</source>
   <translation>In der Standard-App öffnen</translation>
  </message>
  <message>
   <source>Select a photo to see what is known of it.</source>
   <translation>Wählen Sie ein Foto aus, um Angaben dazu zu sehen.</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Im Ordner anzeigen</translation>
  </message>
 </context>
 <context>
  <name>MainWindow</name>
  <message>
   <source>What is known of a photo</source>
   <translation>Angaben zum Foto</translation>
  </message>
 </context>
 <context>
  <name>MarkRow</name>
  <message>
   <source>%d star</source>
   <translation>%d Stern</translation>
  </message>
  <message>
   <source>%d stars</source>
   <translation>%d Sterne</translation>
  </message>
  <message>
   <source>Blue</source>
   <translation>Blau</translation>
  </message>
  <message>
   <source>Green</source>
   <translation>Grün</translation>
  </message>
  <message>
   <source>Label</source>
   <translation>Farbe</translation>
  </message>
  <message>
   <source>Pick</source>
   <translation>Als ausgewählt markieren</translation>
  </message>
  <message>
   <source>Red</source>
   <translation>Rot</translation>
  </message>
  <message>
   <source>Reject</source>
   <translation>Als abgelehnt markieren</translation>
  </message>
  <message>
   <source>Yellow</source>
   <translation>Gelb</translation>
  </message>
 </context>
 <context>
  <name>MissingAsker</name>
  <message>
   <source>%s of “%s” are not where they were. They stay searchable until you say what became of them.</source>
   <translation>%s aus „%s“ sind nicht mehr an ihrem Platz. Sie bleiben auffindbar, bis Sie sagen, was aus ihnen wurde.</translation>
  </message>
  <message>
   <source>Keep them</source>
   <translation>Behalten</translation>
  </message>
  <message>
   <source>They were deleted</source>
   <translation>Sie wurden gelöscht</translation>
  </message>
 </context>
 <context>
  <name>ModelCard</name>
  <message>
   <source>Progress of %s</source>
   <translation>Fortschritt von %s</translation>
  </message>
  <message>
   <source>no</source>
   <translation>nein</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>ja</translation>
  </message>
 </context>
 <context>
  <name>ModelChooser</name>
  <message>
   <source>Choose the folder of a model</source>
   <translation>Ordner eines Modells wählen</translation>
  </message>
  <message>
   <source>Imported and verified.</source>
   <translation>Importiert und geprüft.</translation>
  </message>
  <message>
   <source>Importing %s…</source>
   <translation>%s wird importiert …</translation>
  </message>
  <message>
   <source>Looking at the model and computing its SHA-256…</source>
   <translation>Das Modell wird geprüft und seine SHA-256-Prüfsumme berechnet …</translation>
  </message>
 </context>
 <context>
  <name>ModelOffer</name>
  <message>
   <source>Do not offer a larger model again</source>
   <translation>Kein größeres Modell mehr anbieten</translation>
  </message>
  <message>
   <source>No, thanks</source>
   <translation>Nein, danke</translation>
  </message>
  <message>
   <source>See it</source>
   <translation>Ansehen</translation>
  </message>
  <message>
   <source>See the larger model</source>
   <translation>Das größere Modell ansehen</translation>
  </message>
 </context>
 <context>
  <name>ModelsPage</name>
  <message>
   <source>Back to the photos</source>
   <translation>Zurück zu den Fotos</translation>
  </message>
  <message>
   <source>For a model that you already have, and for computers that are never online</source>
   <translation>Für Modelle, die Sie schon haben, und für Computer ohne Internet</translation>
  </message>
  <message>
   <source>Import from folder…</source>
   <translation>Aus Ordner importieren …</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>What understands your photos and sentences, on this computer. Nothing is downloaded before you say yes.</source>
   <translation>Was Ihre Fotos und Sätze versteht, auf diesem Computer. Ohne Ihr Ja wird nichts heruntergeladen.</translation>
  </message>
 </context>
 <context>
  <name>PhotoGrid</name>
  <message>
   <source>Photos</source>
   <translation>Fotos</translation>
  </message>
 </context>
 <context>
  <name>PhotoPainter</name>
  <message>
   <source>Offline</source>
   <translation>Offline</translation>
  </message>
 </context>
 <context>
  <name>Preview</name>
  <message>
   <source>%d of %d</source>
   <translation>%d von %d</translation>
  </message>
  <message>
   <source>Back to the grid</source>
   <translation>Zurück zur Rasteransicht</translation>
  </message>
  <message>
   <source>Next photo</source>
   <translation>Nächstes Foto</translation>
  </message>
  <message>
   <source>Preview of %s, %s</source>
   <translation>Vorschau von %s, %s</translation>
  </message>
  <message>
   <source>Previous photo</source>
   <translation>Vorheriges Foto</translation>
  </message>
  <message>
   <source>offline, shown from its thumbnail</source>
   <translation>nicht angeschlossen, Miniatur wird gezeigt</translation>
  </message>
  <message>
   <source>photo</source>
   <translation>Foto</translation>
  </message>
 </context>
 <context>
  <name>PreviewHistogram</name>
  <message>
   <source>%d %% blown out</source>
   <translation>%d %% ausgefressen</translation>
  </message>
  <message>
   <source>%d %% without light</source>
   <translation>%d %% zugelaufen</translation>
  </message>
  <message>
   <source>Histogram</source>
   <translation>Histogramm</translation>
  </message>
 </context>
 <context>
  <name>ProblemsPage</name>
  <message>
   <source>%s are not where they were; they stay searchable</source>
   <translation>%s sind nicht mehr an ihrem Platz; sie bleiben auffindbar</translation>
  </message>
  <message>
   <source>%s cannot be reached; what was found there is kept.</source>
   <translation>%s nicht erreichbar; was dort gefunden wurde, bleibt erhalten.</translation>
  </message>
  <message>
   <source>%s could not be used; everything else goes on without.</source>
   <translation>%s nicht verwendbar; alles andere läuft weiter.</translation>
  </message>
  <message>
   <source>Back to the photos</source>
   <translation>Zurück zu den Fotos</translation>
  </message>
  <message>
   <source>Every photo could be read.</source>
   <translation>Alle Fotos konnten gelesen werden.</translation>
  </message>
  <message>
   <source>Keep them</source>
   <translation>Behalten</translation>
  </message>
  <message>
   <source>Look again</source>
   <translation>Erneut nachsehen</translation>
  </message>
  <message>
   <source>Not connected; %s stay searchable</source>
   <translation>Nicht angeschlossen; %s bleiben auffindbar</translation>
  </message>
  <message>
   <source>Problems</source>
   <translation>Probleme</translation>
  </message>
  <message>
   <source>Retry</source>
   <translation>Erneut versuchen</translation>
  </message>
  <message>
   <source>Retry %s</source>
   <translation>%s erneut versuchen</translation>
  </message>
  <message>
   <source>Retry all</source>
   <translation>Alle erneut versuchen</translation>
  </message>
  <message>
   <source>Show %s in its folder</source>
   <translation>%s im Ordner anzeigen</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Im Ordner anzeigen</translation>
  </message>
  <message>
   <source>They were deleted</source>
   <translation>Sie wurden gelöscht</translation>
  </message>
  <message>
   <source>and %s of photos</source>
   <translation>und %s mit Fotos</translation>
  </message>
  <message>
   <source>connect its drive, then look again</source>
   <translation>schließen Sie das Laufwerk an und sehen Sie erneut nach</translation>
  </message>
  <message>
   <source>put them back, or say what became of them</source>
   <translation>legen Sie sie zurück oder sagen Sie, was aus ihnen wurde</translation>
  </message>
 </context>
 <context>
  <name>QueryChips</name>
  <message>
   <source>Exact words: %s</source>
   <translation>Genauer Wortlaut: %s</translation>
  </message>
  <message>
   <source>In this order: %s</source>
   <translation>In dieser Reihenfolge: %s</translation>
  </message>
  <message>
   <source>Must not be there: %s</source>
   <translation>Nicht zu sehen: %s</translation>
  </message>
  <message>
   <source>Not understood: %s</source>
   <translation>Nicht verstanden: %s</translation>
  </message>
  <message>
   <source>Only photos with %s</source>
   <translation>Nur Fotos mit %s</translation>
  </message>
 </context>
 <context>
  <name>QueryCompleter</name>
  <message>
   <source>Tab</source>
   <translation>Tab</translation>
  </message>
 </context>
 <context>
  <name>QuestionPanel</name>
  <message>
   <source>Not now</source>
   <translation>Nicht jetzt</translation>
  </message>
 </context>
 <context>
  <name>ResultLine</name>
  <message>
   <source>Back</source>
   <translation>Zurück</translation>
  </message>
  <message>
   <source>Back to all results</source>
   <translation>Zurück zu allen Ergebnissen</translation>
  </message>
  <message>
   <source>Look closely at more photos than the best ones</source>
   <translation>Nicht nur die besten Fotos genau ansehen</translation>
  </message>
  <message>
   <source>Look deeper</source>
   <translation>Genauer suchen</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>Show every copy</source>
   <translation>Alle Kopien anzeigen</translation>
  </message>
  <message>
   <source>Size of the photos</source>
   <translation>Größe der Fotos</translation>
  </message>
  <message>
   <source>Size of the photos  (Ctrl+wheel)</source>
   <translation>Größe der Fotos  (Strg+Mausrad)</translation>
  </message>
 </context>
 <context>
  <name>ResultTeller</name>
  <message>
   <source>%s alike, the best one first</source>
   <translation>%s, die sich ähneln, das beste zuerst</translation>
  </message>
  <message>
   <source>Getting ready for the first search…</source>
   <translation>Die erste Suche wird vorbereitet …</translation>
  </message>
  <message>
   <source>Searching…</source>
   <translation>Suche läuft …</translation>
  </message>
 </context>
 <context>
  <name>ResultsModel</name>
  <message>
   <source>Photo %d</source>
   <translation>Foto %d</translation>
  </message>
 </context>
 <context>
  <name>ReviewPage</name>
  <message>
   <source>%d please look</source>
   <translation>%d zu prüfen</translation>
  </message>
  <message>
   <source>%d will be tagged</source>
   <translation>%d zu verschlagworten</translation>
  </message>
  <message>
   <source>%s of them right</source>
   <translation>%s davon richtig</translation>
  </message>
  <message>
   <source>%s to go</source>
   <translation>noch %s</translation>
  </message>
  <message>
   <source>All looked at.</source>
   <translation>Alle geprüft.</translation>
  </message>
  <message>
   <source>Back to the photos</source>
   <translation>Zurück zu den Fotos</translation>
  </message>
  <message>
   <source>How many of the tagged photos are to be right</source>
   <translation>Wie viele der verschlagworteten Fotos stimmen sollen</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Einen Moment …</translation>
  </message>
  <message>
   <source>N takes a photo out.</source>
   <translation>N nimmt ein Foto heraus.</translation>
  </message>
  <message>
   <source>No</source>
   <translation>Nein</translation>
  </message>
  <message>
   <source>No photo matches.</source>
   <translation>Kein Foto passt.</translation>
  </message>
  <message>
   <source>None is surer than %s: %s.</source>
   <translation>Keines ist sicherer als %s: %s.</translation>
  </message>
  <message>
   <source>None is that sure. Look at the others.</source>
   <translation>Keines ist so sicher. Prüfen Sie die übrigen.</translation>
  </message>
  <message>
   <source>Photos to be tagged</source>
   <translation>Fotos, die verschlagwortet werden</translation>
  </message>
  <message>
   <source>Tag</source>
   <translation>Stichwort</translation>
  </message>
  <message>
   <source>Tag %s</source>
   <translation>%s verschlagworten</translation>
  </message>
  <message>
   <source>Tag photos of “%s”</source>
   <translation>Fotos zu „%s“ verschlagworten</translation>
  </message>
  <message>
   <source>Yes</source>
   <translation>Ja</translation>
  </message>
 </context>
 <context>
  <name>SavedShelf</name>
  <message>
   <source>%s new</source>
   <translation>%s neu</translation>
  </message>
  <message>
   <source>New name of “%s”</source>
   <translation>Neuer Name von „%s“</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Umbenennen</translation>
  </message>
  <message>
   <source>Rename…</source>
   <translation>Umbenennen …</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Speichern</translation>
  </message>
  <message>
   <source>Save this search as</source>
   <translation>Diese Suche speichern als</translation>
  </message>
  <message>
   <source>Saved search</source>
   <translation>Gespeicherte Suche</translation>
  </message>
  <message>
   <source>Saved searches</source>
   <translation>Gespeicherte Suchen</translation>
  </message>
  <message>
   <source>Show its photos</source>
   <translation>Zugehörige Fotos anzeigen</translation>
  </message>
  <message>
   <source>The saved search “%s” was removed.</source>
   <translation>Die gespeicherte Suche „%s“ wurde entfernt.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
 </context>
 <context>
  <name>SearchBox</name>
  <message>
   <source>Add words, for example: in the snow</source>
   <translation>Wörter hinzufügen, zum Beispiel: im Schnee</translation>
  </message>
  <message>
   <source>Clear the search</source>
   <translation>Suche löschen</translation>
  </message>
  <message>
   <source>Describe a photo in a sentence; the newest photos are shown when it is empty</source>
   <translation>Beschreiben Sie ein Foto in einem Satz; ist das Feld leer, erscheinen die neuesten Fotos</translation>
  </message>
  <message>
   <source>Describe a photo: two dogs playing in the snow</source>
   <translation>Ein Foto beschreiben: two dogs playing in the snow</translation>
  </message>
  <message>
   <source>Drop a photo to find others like it</source>
   <translation>Ein Foto hierher ziehen, um ähnliche zu finden</translation>
  </message>
  <message>
   <source>Filters</source>
   <translation>Filter</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Diese Suche speichern</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Suchen</translation>
  </message>
 </context>
 <context>
  <name>SearchChip</name>
  <message>
   <source>%s  (click to remove)</source>
   <translation>%s  (zum Entfernen anklicken)</translation>
  </message>
 </context>
 <context>
  <name>SearchCompletions</name>
  <message>
   <source>Completions</source>
   <translation>Vorschläge</translation>
  </message>
 </context>
 <context>
  <name>SearchFilters</name>
  <message>
   <source>%d star or more</source>
   <translation>Mindestens %d Stern</translation>
  </message>
  <message>
   <source>%d stars or more</source>
   <translation>Mindestens %d Sterne</translation>
  </message>
  <message>
   <source>Any</source>
   <translation>Beliebig</translation>
  </message>
  <message>
   <source>Camera</source>
   <translation>Kamera</translation>
  </message>
  <message>
   <source>Filters</source>
   <translation>Filter</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Kind</source>
   <translation>Dateityp</translation>
  </message>
  <message>
   <source>Rating</source>
   <translation>Bewertung</translation>
  </message>
  <message>
   <source>Tag</source>
   <translation>Stichwort</translation>
  </message>
  <message>
   <source>Taken</source>
   <translation>Aufgenommen</translation>
  </message>
  <message>
   <source>Taken after</source>
   <translation>Aufgenommen nach</translation>
  </message>
  <message>
   <source>Taken before</source>
   <translation>Aufgenommen vor</translation>
  </message>
  <message>
   <source>There are none yet</source>
   <translation>Noch keine vorhanden</translation>
  </message>
  <message>
   <source>after 2018</source>
   <translation>nach 2018</translation>
  </message>
  <message>
   <source>before 2022</source>
   <translation>vor 2022</translation>
  </message>
 </context>
 <context>
  <name>SearchSuggestions</name>
  <message>
   <source>Sentences to try</source>
   <translation>Sätze zum Ausprobieren</translation>
  </message>
  <message>
   <source>Try</source>
   <translation>Zum Ausprobieren</translation>
  </message>
 </context>
 <context>
  <name>Session</name>
  <message>
   <source>Add a folder of photos</source>
   <translation>Ordner mit Fotos hinzufügen</translation>
  </message>
  <message>
   <source>Its photos are no longer found here. The files on the disk stay as they are.</source>
   <translation>Die Fotos werden hier nicht mehr gefunden. Die Dateien selbst bleiben unverändert.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Remove folder</source>
   <translation>Ordner entfernen</translation>
  </message>
  <message>
   <source>Remove “%s” from Afterimage?</source>
   <translation>„%s“ aus Afterimage entfernen?</translation>
  </message>
  <message>
   <source>Start it again</source>
   <translation>Neu starten</translation>
  </message>
  <message>
   <source>The search engine stopped unexpectedly and is being started again. Nothing is lost.</source>
   <translation>Der Suchdienst wurde unerwartet beendet und startet gerade neu. Es geht nichts verloren.</translation>
  </message>
 </context>
 <context>
  <name>SettingForget</name>
  <message>
   <source>All folders, tags, ratings, saved searches and everything that was learned of your photos are erased, from its copies too. There is no way back. Photos and the files beside them stay as they are.</source>
   <translation>Alle Ordner, Stichwörter, Bewertungen, gespeicherten Suchen und alles, was über Ihre Fotos gelernt wurde, werden gelöscht, auch aus den Sicherungskopien der Bibliothek. Das lässt sich nicht rückgängig machen. Ihre Fotos und die Dateien neben ihnen bleiben unverändert.</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Empty the library?</source>
   <translation>Bibliothek leeren?</translation>
  </message>
  <message>
   <source>Forget everything</source>
   <translation>Alles vergessen</translation>
  </message>
  <message>
   <source>Type “%s” to confirm.</source>
   <translation>Geben Sie zur Bestätigung „%s“ ein.</translation>
  </message>
  <message>
   <source>forget</source>
   <translation>vergessen</translation>
  </message>
 </context>
 <context>
  <name>SettingPage</name>
  <message>
   <source>Back to the photos</source>
   <translation>Zurück zu den Fotos</translation>
  </message>
  <message>
   <source>No setting is called that.</source>
   <translation>Keine Einstellung gefunden.</translation>
  </message>
  <message>
   <source>Search the settings</source>
   <translation>Einstellungen durchsuchen</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
 </context>
 <context>
  <name>ShortcutsSheet</name>
  <message>
   <source>Keys: %s</source>
   <translation>Tastaturbefehle: %s</translation>
  </message>
 </context>
 <context>
  <name>Sidebar</name>
  <message>
   <source>Add folder  (Ctrl+O)</source>
   <translation>Ordner hinzufügen  (Strg+O)</translation>
  </message>
  <message>
   <source>Add folder…</source>
   <translation>Ordner hinzufügen …</translation>
  </message>
  <message>
   <source>All photos</source>
   <translation>Alle Fotos</translation>
  </message>
  <message>
   <source>Fold the sidebar</source>
   <translation>Seitenleiste einklappen</translation>
  </message>
  <message>
   <source>Folders</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>Problems</source>
   <translation>Probleme</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Settings  (Ctrl+,)</source>
   <translation>Einstellungen  (Strg+,)</translation>
  </message>
  <message>
   <source>Unfold the sidebar</source>
   <translation>Seitenleiste ausklappen</translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Go on indexing</source>
   <translation>Einlesen fortsetzen</translation>
  </message>
  <message>
   <source>Indexing progress</source>
   <translation>Fortschritt beim Einlesen</translation>
  </message>
  <message>
   <source>Pause indexing</source>
   <translation>Einlesen anhalten</translation>
  </message>
 </context>
 <context>
  <name>TagBranches</name>
  <message>
   <source>%s
Drop photos here to tag them</source>
   <translation>%s
Fotos hierher ziehen, um sie zu verschlagworten</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Löschen</translation>
  </message>
  <message>
   <source>Delete everywhere…</source>
   <translation>Überall löschen …</translation>
  </message>
  <message>
   <source>Delete tag</source>
   <translation>Stichwort löschen</translation>
  </message>
  <message>
   <source>Merge</source>
   <translation>Zusammenführen</translation>
  </message>
  <message>
   <source>Merge tags</source>
   <translation>Stichwörter zusammenführen</translation>
  </message>
  <message>
   <source>Merge “%s” into “%s”?</source>
   <translation>„%s“ mit „%s“ zusammenführen?</translation>
  </message>
  <message>
   <source>New name of “%s”, with / between levels:</source>
   <translation>Neuer Name von „%s“, mit / zwischen den Ebenen:</translation>
  </message>
  <message>
   <source>Rename or merge…</source>
   <translation>Umbenennen oder zusammenführen …</translation>
  </message>
  <message>
   <source>Rename tag</source>
   <translation>Stichwort umbenennen</translation>
  </message>
  <message>
   <source>Show all %s</source>
   <translation>Alle %s anzeigen</translation>
  </message>
  <message>
   <source>Show fewer tags</source>
   <translation>Weniger Stichwörter anzeigen</translation>
  </message>
  <message>
   <source>Show its photos</source>
   <translation>Zugehörige Fotos anzeigen</translation>
  </message>
  <message>
   <source>Tag</source>
   <translation>Stichwort</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Stichwörter</translation>
  </message>
  <message>
   <source>Take “%s” off %s?</source>
   <translation>„%s“ von %s entfernen?</translation>
  </message>
  <message>
   <source>The tag of %s becomes the other. Ctrl+Z takes it back.</source>
   <translation>%s erhalten das andere Stichwort. Mit Strg+Z machen Sie das rückgängig.</translation>
  </message>
  <message>
   <source>With it go the tags below it. The photos stay; Ctrl+Z takes it back.</source>
   <translation>Die Stichwörter darunter werden mit gelöscht. Die Fotos bleiben; mit Strg+Z machen Sie das rückgängig.</translation>
  </message>
 </context>
 <context>
  <name>TagDeeds</name>
  <message>
   <source>(and %d more like it)</source>
   <translation>(und %d weitere dieser Art)</translation>
  </message>
  <message>
   <source>Tag %s</source>
   <translation>%s verschlagworten</translation>
  </message>
  <message>
   <source>This was not kept: the search engine had ended. Do it again.</source>
   <translation>Das wurde nicht übernommen: Der Suchdienst war beendet. Bitte wiederholen Sie es.</translation>
  </message>
 </context>
 <context>
  <name>TagEntry</name>
  <message>
   <source>Tag</source>
   <translation>Stichwort</translation>
  </message>
  <message>
   <source>Tag, or places/Norway/Lofoten</source>
   <translation>Stichwort oder Orte/Norwegen/Lofoten</translation>
  </message>
 </context>
 <context>
  <name>TagLine</name>
  <message>
   <source>New tag: %s</source>
   <translation>Neues Stichwort: %s</translation>
  </message>
  <message>
   <source>New: </source>
   <translation>Neu: </translation>
  </message>
 </context>
 <context>
  <name>TagNotice</name>
  <message>
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
  <message>
   <source>Undo  (Ctrl+Z)</source>
   <translation>Rückgängig  (Strg+Z)</translation>
  </message>
 </context>
 <context>
  <name>TagReview</name>
  <message>
   <source>This needs probabilities: %s.</source>
   <translation>Dafür werden Wahrscheinlichkeiten gebraucht: %s.</translation>
  </message>
 </context>
 <context>
  <name>TagSection</name>
  <message>
   <source>Add tags  (T)</source>
   <translation>Stichwörter hinzufügen  (T)</translation>
  </message>
  <message>
   <source>Add tags…</source>
   <translation>Stichwörter hinzufügen …</translation>
  </message>
  <message>
   <source>Caption: %s</source>
   <translation>Bildunterschrift: %s</translation>
  </message>
  <message>
   <source>Suggested</source>
   <translation>Vorgeschlagen</translation>
  </message>
  <message>
   <source>What the model sees here. Nothing is written until you press it.</source>
   <translation>Was das Modell hier sieht. Vergeben wird nur, was Sie anklicken.</translation>
  </message>
 </context>
 <context>
  <name>TourCard</name>
  <message>
   <source>%d of %d</source>
   <translation>%d von %d</translation>
  </message>
  <message>
   <source>Got it</source>
   <translation>Verstanden</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>Skip the tour</source>
   <translation>Tour überspringen</translation>
  </message>
 </context>
 <context>
  <name>WordButton</name>
  <message>
   <source>Nothing in this photo looks like it</source>
   <translation>Nichts auf diesem Foto sieht danach aus</translation>
  </message>
  <message>
   <source>This is where it was found</source>
   <translation>Hier wurde es gefunden</translation>
  </message>
 </context>
 <context>
  <name>WordSection</name>
  <message>
   <source>%s match</source>
   <translation>%s Übereinstimmung</translation>
  </message>
 </context>
 <context>
  <name>WordStrip</name>
  <message>
   <source>%s match</source>
   <translation>%s Übereinstimmung</translation>
  </message>
  <message>
   <source>No, it does not</source>
   <translation>Nein, das passt nicht</translation>
  </message>
  <message>
   <source>Yes, this matches</source>
   <translation>Ja, das passt</translation>
  </message>
 </context>
 <context>
  <name>app</name>
  <message>
   <source> and %s of disk</source>
   <translation> und %s Speicherplatz</translation>
  </message>
  <message>
   <source>%d px</source>
   <translation>%d px</translation>
  </message>
  <message>
   <source>%d s left</source>
   <translation>noch %d Sek.</translation>
  </message>
  <message>
   <source>%s answers meanwhile.</source>
   <translation>Solange antwortet %s.</translation>
  </message>
  <message>
   <source>%s are free on this disk.</source>
   <translation>%s sind auf diesem Datenträger frei.</translation>
  </message>
  <message>
   <source>%s are here</source>
   <translation>%s geladen</translation>
  </message>
  <message>
   <source>%s are here already.</source>
   <translation>%s sind schon geladen.</translation>
  </message>
  <message>
   <source>%s become free. It can be downloaded again.</source>
   <translation>%s werden frei. Sie können es jederzeit wieder herunterladen.</translation>
  </message>
  <message>
   <source>%s can be searched now.</source>
   <translation>%s sind jetzt durchsuchbar.</translation>
  </message>
  <message>
   <source>%s cannot be reached</source>
   <translation>%s nicht erreichbar</translation>
  </message>
  <message>
   <source>%s copied to %s.</source>
   <translation>%s nach %s kopiert.</translation>
  </message>
  <message>
   <source>%s could not be copied:</source>
   <translation>%s nicht kopiert:</translation>
  </message>
  <message>
   <source>%s could not be read.</source>
   <translation>%s nicht lesbar.</translation>
  </message>
  <message>
   <source>%s found. The first ones appear here in a moment.</source>
   <translation>%s gefunden. Die ersten erscheinen gleich hier.</translation>
  </message>
  <message>
   <source>%s from %s (%s).</source>
   <translation>%s von %s (%s).</translation>
  </message>
  <message>
   <source>%s goes on answering meanwhile, and you can go back to it.</source>
   <translation>Solange antwortet %s weiter, und Sie können dorthin zurückkehren.</translation>
  </message>
  <message>
   <source>%s has marks that no sidecar holds.</source>
   <translation>Zu %s steht noch nicht alles in einer Filialdatei.</translation>
  </message>
  <message>
   <source>%s have marks that no sidecar holds.</source>
   <translation>Zu %s steht noch nicht alles in einer Filialdatei.</translation>
  </message>
  <message>
   <source>%s in %s</source>
   <translation>%s in %s</translation>
  </message>
  <message>
   <source>%s in %s match</source>
   <translation>%s in %s passen</translation>
  </message>
  <message>
   <source>%s in %s matches</source>
   <translation>%s in %s passt</translation>
  </message>
  <message>
   <source>%s is ready to use</source>
   <translation>%s ist einsatzbereit</translation>
  </message>
  <message>
   <source>%s like it</source>
   <translation>%s ähnlich</translation>
  </message>
  <message>
   <source>%s match</source>
   <translation>%s Übereinstimmung</translation>
  </message>
  <message>
   <source>%s ms</source>
   <translation>%s ms</translation>
  </message>
  <message>
   <source>%s of %s</source>
   <translation>%s von %s</translation>
  </message>
  <message>
   <source>%s of %s are here</source>
   <translation>%s von %s geladen</translation>
  </message>
  <message>
   <source>%s of %s match</source>
   <translation>%s von %s passen</translation>
  </message>
  <message>
   <source>%s of %s matches</source>
   <translation>%s von %s passt</translation>
  </message>
  <message>
   <source>%s or %s</source>
   <translation>%s oder %s</translation>
  </message>
  <message>
   <source>%s photos/s</source>
   <translation>%s Fotos/s</translation>
  </message>
  <message>
   <source>%s still to be looked at. Try again in a while, or use other words.</source>
   <translation>%s noch nicht eingelesen. Versuchen Sie es später noch einmal oder mit anderen Wörtern.</translation>
  </message>
  <message>
   <source>%s, %s</source>
   <translation>%s, %s</translation>
  </message>
  <message>
   <source>%s: download failed</source>
   <translation>%s: Download fehlgeschlagen</translation>
  </message>
  <message>
   <source>%s: found</source>
   <translation>%s: gefunden</translation>
  </message>
  <message>
   <source>%s: not found</source>
   <translation>%s: nicht gefunden</translation>
  </message>
  <message>
   <source>%s: too slow for photos that it has not seen, unless a search may take longer</source>
   <translation>%s: zu langsam für Fotos, die es noch nicht gesehen hat, sofern eine Suche nicht länger dauern darf</translation>
  </message>
  <message>
   <source>%s; looked closely at %s</source>
   <translation>%s; %s genau angesehen</translation>
  </message>
  <message>
   <source>%s° E</source>
   <translation>%s° O</translation>
  </message>
  <message>
   <source>%s° N</source>
   <translation>%s° N</translation>
  </message>
  <message>
   <source>%s° S</source>
   <translation>%s° S</translation>
  </message>
  <message>
   <source>%s° W</source>
   <translation>%s° W</translation>
  </message>
  <message>
   <source>(and %d more like it)</source>
   <translation>(und %d weitere dieser Art)</translation>
  </message>
  <message>
   <source>, about %s</source>
   <translation>, etwa %s</translation>
  </message>
  <message>
   <source>, about %s to %s</source>
   <translation>, etwa %s bis %s</translation>
  </message>
  <message>
   <source>, and no new ones.</source>
   <translation>; neue keine.</translation>
  </message>
  <message>
   <source>, or %d new ones.</source>
   <translation>, oder %d neue.</translation>
  </message>
  <message>
   <source>/  or  Ctrl+F</source>
   <translation>/  oder  Strg+F</translation>
  </message>
  <message>
   <source>0 to 5</source>
   <translation>0 bis 5</translation>
  </message>
  <message>
   <source>100 %, of a photo seen large</source>
   <translation>100-%-Ansicht eines groß gezeigten Fotos</translation>
  </message>
  <message>
   <source>1024 px, for mail</source>
   <translation>1024 px, für E-Mail</translation>
  </message>
  <message>
   <source>2048 px, for screens</source>
   <translation>2048 px, für Bildschirme</translation>
  </message>
  <message>
   <source>4096 px, for large prints</source>
   <translation>4096 px, für große Abzüge</translation>
  </message>
  <message>
   <source>6 to 9</source>
   <translation>6 bis 9</translation>
  </message>
  <message>
   <source>?</source>
   <translation>?</translation>
  </message>
  <message>
   <source>A larger model, %s, can be downloaded.</source>
   <translation>Ein größeres Modell, %s, steht zum Download bereit.</translation>
  </message>
  <message>
   <source>A larger model, %s, finds the right photo first for %s of 100 descriptions.</source>
   <translation>Ein größeres Modell, %s, findet bei %s von 100 Beschreibungen das richtige Foto an erster Stelle.</translation>
  </message>
  <message>
   <source>A message of the desktop when indexing, a download or an export ends while you are elsewhere.</source>
   <translation>Eine Benachrichtigung, wenn Einlesen, Download oder Export fertig sind, während Sie etwas anderes tun.</translation>
  </message>
  <message>
   <source>A rating, a pick or a label moves on to the next photo.</source>
   <translation>Nach Bewertung, Markierung oder Farbe geht es zum nächsten Foto.</translation>
  </message>
  <message>
   <source>About</source>
   <translation>Über</translation>
  </message>
  <message>
   <source>Add a folder</source>
   <translation>Ordner hinzufügen</translation>
  </message>
  <message>
   <source>Add another folder…</source>
   <translation>Weiteren Ordner hinzufügen …</translation>
  </message>
  <message>
   <source>Add tags</source>
   <translation>Stichwörter hinzufügen</translation>
  </message>
  <message>
   <source>Afterimage goes online for this download alone.</source>
   <translation>Afterimage geht nur für diesen Download online.</translation>
  </message>
  <message>
   <source>Afterimage reads JPEG, PNG, TIFF, WebP and more, in all subfolders.</source>
   <translation>Afterimage liest JPEG, PNG, TIFF, WebP und weitere Formate, in allen Unterordnern.</translation>
  </message>
  <message>
   <source>All metadata</source>
   <translation>Alle Metadaten</translation>
  </message>
  <message>
   <source>All of them on one sheet.</source>
   <translation>Alle auf einen Blick.</translation>
  </message>
  <message>
   <source>All photos behind one that stands for several</source>
   <translation>Alle Fotos eines Stapels</translation>
  </message>
  <message>
   <source>An export is still running: wait for it, or stop it.</source>
   <translation>Ein Export läuft noch. Warten Sie ihn ab oder brechen Sie ihn ab.</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Darstellung</translation>
  </message>
  <message>
   <source>Apple graphics</source>
   <translation>Apple-Grafik</translation>
  </message>
  <message>
   <source>Arabic</source>
   <translation>Arabisch</translation>
  </message>
  <message>
   <source>Arrow keys</source>
   <translation>Pfeiltasten</translation>
  </message>
  <message>
   <source>As they are</source>
   <translation>Unverändert</translation>
  </message>
  <message>
   <source>Asking the server</source>
   <translation>Server wird gefragt</translation>
  </message>
  <message>
   <source>At least %s</source>
   <translation>Mindestens %s</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automatisch</translation>
  </message>
  <message>
   <source>B</source>
   <translation>B</translation>
  </message>
  <message>
   <source>Back to the grid</source>
   <translation>Zurück zur Rasteransicht</translation>
  </message>
  <message>
   <source>Back, or clear the search</source>
   <translation>Zurück oder Suche löschen</translation>
  </message>
  <message>
   <source>Balanced</source>
   <translation>Ausgewogen</translation>
  </message>
  <message>
   <source>Balanced opens photos on half of the processor's cores, so that other work goes on.</source>
   <translation>„Ausgewogen“ öffnet Fotos auf der Hälfte der Prozessorkerne, damit andere Arbeit weiterläuft.</translation>
  </message>
  <message>
   <source>Being downloaded</source>
   <translation>Wird heruntergeladen</translation>
  </message>
  <message>
   <source>Best</source>
   <translation>Beste</translation>
  </message>
  <message>
   <source>Bulgarian</source>
   <translation>Bulgarisch</translation>
  </message>
  <message>
   <source>By date and time</source>
   <translation>Nach Datum und Uhrzeit</translation>
  </message>
  <message>
   <source>C</source>
   <translation>C</translation>
  </message>
  <message>
   <source>Camera</source>
   <translation>Kamera</translation>
  </message>
  <message>
   <source>Cancel…</source>
   <translation>Abbrechen …</translation>
  </message>
  <message>
   <source>Catalan</source>
   <translation>Katalanisch</translation>
  </message>
  <message>
   <source>Check now</source>
   <translation>Jetzt prüfen</translation>
  </message>
  <message>
   <source>Checking that every byte is right</source>
   <translation>Jedes Byte wird geprüft</translation>
  </message>
  <message>
   <source>Chinese</source>
   <translation>Chinesisch</translation>
  </message>
  <message>
   <source>Choose a folder…</source>
   <translation>Ordner wählen …</translation>
  </message>
  <message>
   <source>Choose the folder where your photos are, or drop it here. Afterimage looks through it once; after that a sentence is enough.</source>
   <translation>Wählen Sie den Ordner mit Ihren Fotos oder ziehen Sie ihn hierher. Afterimage liest ihn einmal ein; danach genügt ein Satz.</translation>
  </message>
  <message>
   <source>Chosen</source>
   <translation>Gewählt</translation>
  </message>
  <message>
   <source>Clear search</source>
   <translation>Suche löschen</translation>
  </message>
  <message>
   <source>Closest five, each below %s.</source>
   <translation>Die fünf ähnlichsten, jedes unter %s.</translation>
  </message>
  <message>
   <source>Closest four, each below %s.</source>
   <translation>Die vier ähnlichsten, jedes unter %s.</translation>
  </message>
  <message>
   <source>Closest photo, below %s.</source>
   <translation>Das ähnlichste Foto, unter %s.</translation>
  </message>
  <message>
   <source>Closest three, each below %s.</source>
   <translation>Die drei ähnlichsten, jedes unter %s.</translation>
  </message>
  <message>
   <source>Closest two, each below %s.</source>
   <translation>Die zwei ähnlichsten, jedes unter %s.</translation>
  </message>
  <message>
   <source>Closing the window leaves an icon, and new photos go on being indexed.</source>
   <translation>Nach dem Schließen des Fensters bleibt ein Symbol, und neue Fotos werden weiter eingelesen.</translation>
  </message>
  <message>
   <source>Comes with Afterimage and works at once.</source>
   <translation>Wird mit Afterimage geliefert und funktioniert sofort.</translation>
  </message>
  <message>
   <source>Compare it with what its publisher names. It is pinned: other files under this name are refused.</source>
   <translation>Vergleichen Sie die Prüfsumme mit der des Herausgebers. Sie wird festgeschrieben: andere Dateien unter diesem Namen werden abgelehnt.</translation>
  </message>
  <message>
   <source>Compute on</source>
   <translation>Rechnen auf</translation>
  </message>
  <message>
   <source>Connect the drive, then look again. What was found before is kept.</source>
   <translation>Schließen Sie das Laufwerk an und sehen Sie erneut nach. Was schon gefunden wurde, bleibt erhalten.</translation>
  </message>
  <message>
   <source>Copying %s of %s to %s</source>
   <translation>%s von %s werden nach %s kopiert</translation>
  </message>
  <message>
   <source>Counts from the next start on.</source>
   <translation>Gilt ab dem nächsten Start.</translation>
  </message>
  <message>
   <source>Croatian</source>
   <translation>Kroatisch</translation>
  </message>
  <message>
   <source>Ctrl+,</source>
   <translation>Strg+,</translation>
  </message>
  <message>
   <source>Ctrl+O</source>
   <translation>Strg+O</translation>
  </message>
  <message>
   <source>Ctrl+Q</source>
   <translation>Strg+Q</translation>
  </message>
  <message>
   <source>Ctrl+S</source>
   <translation>Strg+S</translation>
  </message>
  <message>
   <source>Ctrl+Shift+E</source>
   <translation>Strg+Umschalt+E</translation>
  </message>
  <message>
   <source>Ctrl+Tab</source>
   <translation>Strg+Tab</translation>
  </message>
  <message>
   <source>Ctrl+V</source>
   <translation>Strg+V</translation>
  </message>
  <message>
   <source>Ctrl+Z  and  Ctrl+Shift+Z</source>
   <translation>Strg+Z  und  Strg+Umschalt+Z</translation>
  </message>
  <message>
   <source>Ctrl+wheel</source>
   <translation>Strg+Mausrad</translation>
  </message>
  <message>
   <source>Czech</source>
   <translation>Tschechisch</translation>
  </message>
  <message>
   <source>Danish</source>
   <translation>Dänisch</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Describe what you remember</source>
   <translation>Beschreiben Sie, woran Sie sich erinnern</translation>
  </message>
  <message>
   <source>Discard…</source>
   <translation>Verwerfen …</translation>
  </message>
  <message>
   <source>Download</source>
   <translation>Herunterladen</translation>
  </message>
  <message>
   <source>Download %s</source>
   <translation>%s herunterladen</translation>
  </message>
  <message>
   <source>Download %s?</source>
   <translation>%s herunterladen?</translation>
  </message>
  <message>
   <source>Downloading</source>
   <translation>Wird heruntergeladen</translation>
  </message>
  <message>
   <source>Downloading %s</source>
   <translation>Download: %s</translation>
  </message>
  <message>
   <source>Download…</source>
   <translation>Herunterladen …</translation>
  </message>
  <message>
   <source>Dragging or copying a photo that has a RAW file beside its JPEG takes both.</source>
   <translation>Liegt neben dem JPEG eine RAW-Datei, werden beim Ziehen und Kopieren beide übernommen.</translation>
  </message>
  <message>
   <source>Dutch</source>
   <translation>Niederländisch</translation>
  </message>
  <message>
   <source>Empties the library: folders, tags, ratings, searches. Your photos stay as they are.</source>
   <translation>Leert die Bibliothek: Ordner, Stichwörter, Bewertungen, Suchen. Ihre Fotos bleiben unverändert.</translation>
  </message>
  <message>
   <source>English</source>
   <translation>Englisch</translation>
  </message>
  <message>
   <source>Enter, Space or E</source>
   <translation>Eingabe, Leertaste oder E</translation>
  </message>
  <message>
   <source>Esc</source>
   <translation>Esc</translation>
  </message>
  <message>
   <source>Estonian</source>
   <translation>Estnisch</translation>
  </message>
  <message>
   <source>Every byte is checked before it is used.</source>
   <translation>Jedes Byte wird vor der Verwendung geprüft.</translation>
  </message>
  <message>
   <source>Every byte is checked, and what comes now is pinned: a later change is refused.</source>
   <translation>Jedes Byte wird geprüft, und was jetzt kommt, wird festgeschrieben: Spätere Änderungen werden abgelehnt.</translation>
  </message>
  <message>
   <source>Every mark of yours has found its file.</source>
   <translation>Alle Ihre Angaben stehen in Filialdateien.</translation>
  </message>
  <message>
   <source>Every part of Afterimage refuses the network, except a model's download that you said yes to.</source>
   <translation>Alle Teile von Afterimage verweigern den Netzzugang, außer beim Download eines Modells, dem Sie zugestimmt haben.</translation>
  </message>
  <message>
   <source>Everything else is here</source>
   <translation>Alles andere finden Sie hier</translation>
  </message>
  <message>
   <source>Everything stays on this computer. Your photos are never changed.</source>
   <translation>Alles bleibt auf diesem Computer. Ihre Fotos werden nie verändert.</translation>
  </message>
  <message>
   <source>Exact copies of the files.</source>
   <translation>Genaue Kopien der Dateien.</translation>
  </message>
  <message>
   <source>Export copies</source>
   <translation>Kopien exportieren</translation>
  </message>
  <message>
   <source>F</source>
   <translation>F</translation>
  </message>
  <message>
   <source>F5</source>
   <translation>F5</translation>
  </message>
  <message>
   <source>Fast</source>
   <translation>Schnell</translation>
  </message>
  <message>
   <source>Find your photos by describing them</source>
   <translation>Fotos finden, indem man sie beschreibt</translation>
  </message>
  <message>
   <source>Finds photos</source>
   <translation>Findet Fotos</translation>
  </message>
  <message>
   <source>Finds the right photo first for %s of 100 descriptions, among %s photos</source>
   <translation>Findet bei %s von 100 Beschreibungen das richtige Foto an erster Stelle, unter %s Fotos</translation>
  </message>
  <message>
   <source>Finnish</source>
   <translation>Finnisch</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Folders, tags and saved searches. Press ? at any time to see all keys.</source>
   <translation>Ordner, Stichwörter und gespeicherte Suchen. Mit ? sehen Sie jederzeit alle Tastaturbefehle.</translation>
  </message>
  <message>
   <source>For when writing is switched on.</source>
   <translation>Sobald das Schreiben eingeschaltet ist.</translation>
  </message>
  <message>
   <source>Forget everything</source>
   <translation>Alles vergessen</translation>
  </message>
  <message>
   <source>Forget everything…</source>
   <translation>Alles vergessen …</translation>
  </message>
  <message>
   <source>Forget what %s has learned of your photos?</source>
   <translation>Vergessen, was %s über Ihre Fotos gelernt hat?</translation>
  </message>
  <message>
   <source>Free %s</source>
   <translation>%s freigeben</translation>
  </message>
  <message>
   <source>Free %s…</source>
   <translation>%s freigeben …</translation>
  </message>
  <message>
   <source>French</source>
   <translation>Französisch</translation>
  </message>
  <message>
   <source>From the grid to the next part</source>
   <translation>Aus der Rasteransicht zum nächsten Bereich</translation>
  </message>
  <message>
   <source>Full screen</source>
   <translation>Vollbild</translation>
  </message>
  <message>
   <source>G</source>
   <translation>G</translation>
  </message>
  <message>
   <source>German</source>
   <translation>Deutsch</translation>
  </message>
  <message>
   <source>Getting ready.</source>
   <translation>Vorbereitung läuft.</translation>
  </message>
  <message>
   <source>Getting to know your %s takes %s%s on this computer.</source>
   <translation>Das Einlesen Ihrer %s dauert auf diesem Computer %s%s.</translation>
  </message>
  <message>
   <source>Getting to know your photos · %s of %s</source>
   <translation>Ihre Fotos werden eingelesen · %s von %s</translation>
  </message>
  <message>
   <source>Go back to it</source>
   <translation>Dorthin zurück</translation>
  </message>
  <message>
   <source>Go from photo to photo</source>
   <translation>Von Foto zu Foto gehen</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Fortsetzen</translation>
  </message>
  <message>
   <source>Go on after rating</source>
   <translation>Nach dem Bewerten weiterblättern</translation>
  </message>
  <message>
   <source>Good</source>
   <translation>Gut</translation>
  </message>
  <message>
   <source>Graphics card</source>
   <translation>Grafikkarte</translation>
  </message>
  <message>
   <source>Greek</source>
   <translation>Griechisch</translation>
  </message>
  <message>
   <source>H</source>
   <translation>H</translation>
  </message>
  <message>
   <source>Hebrew</source>
   <translation>Hebräisch</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Hilfe</translation>
  </message>
  <message>
   <source>Hide %s less likely</source>
   <translation>%s weniger wahrscheinliche ausblenden</translation>
  </message>
  <message>
   <source>Hide the other %s</source>
   <translation>Die übrigen %s ausblenden</translation>
  </message>
  <message>
   <source>Hide the panels (from the grid)</source>
   <translation>Bedienfelder ausblenden (in der Rasteransicht)</translation>
  </message>
  <message>
   <source>High</source>
   <translation>Hoch</translation>
  </message>
  <message>
   <source>Hindi</source>
   <translation>Hindi</translation>
  </message>
  <message>
   <source>Histogram of a photo seen large</source>
   <translation>Histogramm eines groß gezeigten Fotos</translation>
  </message>
  <message>
   <source>How long it takes for your photos is not known yet%s.</source>
   <translation>Wie lange das für Ihre Fotos dauert, ist noch nicht bekannt%s.</translation>
  </message>
  <message>
   <source>How long your photos take with it is unknown until it is here; you are asked again before it is used.</source>
   <translation>Wie lange Ihre Fotos damit dauern, zeigt sich erst nach dem Download; vor der Verwendung werden Sie noch einmal gefragt.</translation>
  </message>
  <message>
   <source>How well it finds is not published.</source>
   <translation>Wie gut es findet, ist nicht veröffentlicht.</translation>
  </message>
  <message>
   <source>Hungarian</source>
   <translation>Ungarisch</translation>
  </message>
  <message>
   <source>I</source>
   <translation>I</translation>
  </message>
  <message>
   <source>Import it</source>
   <translation>Importieren</translation>
  </message>
  <message>
   <source>Import this model as %s?</source>
   <translation>Dieses Modell als %s importieren?</translation>
  </message>
  <message>
   <source>In the background</source>
   <translation>Im Hintergrund</translation>
  </message>
  <message>
   <source>In the grid. Ctrl and the wheel do the same.</source>
   <translation>In der Rasteransicht. Strg und das Mausrad bewirken dasselbe.</translation>
  </message>
  <message>
   <source>In this time %s compares %d photos that it has seen before</source>
   <translation>In dieser Zeit vergleicht %s %d Fotos, die es schon gesehen hat</translation>
  </message>
  <message>
   <source>In use</source>
   <translation>Aktiv</translation>
  </message>
  <message>
   <source>Indexing</source>
   <translation>Einlesen</translation>
  </message>
  <message>
   <source>Indexing %s</source>
   <translation>Einlesen: %s</translation>
  </message>
  <message>
   <source>Indexing %s of %s</source>
   <translation>Einlesen: %s von %s</translation>
  </message>
  <message>
   <source>Indexing is paused</source>
   <translation>Einlesen angehalten</translation>
  </message>
  <message>
   <source>Indexing is paused on battery</source>
   <translation>Einlesen im Akkubetrieb angehalten</translation>
  </message>
  <message>
   <source>Indonesian</source>
   <translation>Indonesisch</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Installiert</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Installation läuft</translation>
  </message>
  <message>
   <source>Internet connections now: %d. Attempts refused since the start: %d.</source>
   <translation>Internetverbindungen zurzeit: %d. Seit dem Start abgewiesene Versuche: %d.</translation>
  </message>
  <message>
   <source>Into the quick collection, or out of it</source>
   <translation>In die Schnellsammlung oder aus ihr heraus</translation>
  </message>
  <message>
   <source>It knows all your photos already.</source>
   <translation>Es kennt bereits alle Ihre Fotos.</translation>
  </message>
  <message>
   <source>It needs %s, which this build of Afterimage does not have.</source>
   <translation>Es braucht %s, was diese Fassung von Afterimage nicht enthält.</translation>
  </message>
  <message>
   <source>It needs a graphics card: a processor refuses it</source>
   <translation>Benötigt eine Grafikkarte; auf einem Prozessor läuft es nicht</translation>
  </message>
  <message>
   <source>Italian</source>
   <translation>Italienisch</translation>
  </message>
  <message>
   <source>JPEGs keep every pixel; other formats become new JPEGs of full size.</source>
   <translation>JPEGs behalten jedes Pixel; aus anderen Formaten werden neue JPEGs in voller Größe.</translation>
  </message>
  <message>
   <source>Japanese</source>
   <translation>Japanisch</translation>
  </message>
  <message>
   <source>Keep it</source>
   <translation>Behalten</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Tastaturbefehle</translation>
  </message>
  <message>
   <source>Knows %s</source>
   <translation>Versteht %s</translation>
  </message>
  <message>
   <source>Korean</source>
   <translation>Koreanisch</translation>
  </message>
  <message>
   <source>Label red, yellow, green, blue</source>
   <translation>Farbe Rot, Gelb, Grün, Blau</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Large</source>
   <translation>Groß</translation>
  </message>
  <message>
   <source>Latvian</source>
   <translation>Lettisch</translation>
  </message>
  <message>
   <source>Lens</source>
   <translation>Objektiv</translation>
  </message>
  <message>
   <source>Less motion</source>
   <translation>Weniger Bewegung</translation>
  </message>
  <message>
   <source>Licence %s</source>
   <translation>Lizenz %s</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Like the system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>Lithuanian</source>
   <translation>Litauisch</translation>
  </message>
  <message>
   <source>Look again</source>
   <translation>Erneut nachsehen</translation>
  </message>
  <message>
   <source>Look closely for at most</source>
   <translation>Höchstens genau ansehen für</translation>
  </message>
  <message>
   <source>Look closer</source>
   <translation>Genauer hinsehen</translation>
  </message>
  <message>
   <source>Look for new photos</source>
   <translation>Nach neuen Fotos suchen</translation>
  </message>
  <message>
   <source>Looking closely…</source>
   <translation>Die besten werden genau angesehen …</translation>
  </message>
  <message>
   <source>Looking for new photos</source>
   <translation>Suche nach neuen Fotos</translation>
  </message>
  <message>
   <source>Looking through your photos</source>
   <translation>Ihre Fotos werden eingelesen</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Einen Moment …</translation>
  </message>
  <message>
   <source>Looks closely at the best</source>
   <translation>Sieht die besten genau an</translation>
  </message>
  <message>
   <source>Looks closely at the best matches, for models that cannot do it themselves. It finds no photos.</source>
   <translation>Sieht die besten Treffer genau an, für Modelle, die das selbst nicht können. Es findet keine Fotos.</translation>
  </message>
  <message>
   <source>M  and  L</source>
   <translation>M  und  L</translation>
  </message>
  <message>
   <source>Marks from before</source>
   <translation>Frühere Stichwörter und Markierungen</translation>
  </message>
  <message>
   <source>Marks of %s were written beside the photos.</source>
   <translation>Angaben zu %s wurden in Filialdateien geschrieben.</translation>
  </message>
  <message>
   <source>Measuring on a few of your photos how long it takes…</source>
   <translation>An einigen Ihrer Fotos wird gemessen, wie lange es dauert …</translation>
  </message>
  <message>
   <source>Medium</source>
   <translation>Mittel</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>Models that know %s</source>
   <translation>Modelle, die %s verstehen</translation>
  </message>
  <message>
   <source>More like this, less like this</source>
   <translation>Mehr davon, weniger davon</translation>
  </message>
  <message>
   <source>New JPEGs, upright, at most %d pixels on the long edge.</source>
   <translation>Neue JPEGs, richtig gedreht, höchstens %d Pixel an der langen Kante.</translation>
  </message>
  <message>
   <source>New photos wait until the computer is plugged in. Searching always works.</source>
   <translation>Neue Fotos warten, bis der Computer am Stromnetz hängt. Suchen können Sie immer.</translation>
  </message>
  <message>
   <source>No photo could be read</source>
   <translation>Kein Foto konnte gelesen werden</translation>
  </message>
  <message>
   <source>No photo in %s matches</source>
   <translation>Kein Foto in %s passt</translation>
  </message>
  <message>
   <source>No photo matches</source>
   <translation>Kein Foto passt</translation>
  </message>
  <message>
   <source>No photos in %s</source>
   <translation>Keine Fotos in %s</translation>
  </message>
  <message>
   <source>No sure match</source>
   <translation>Kein sicherer Treffer</translation>
  </message>
  <message>
   <source>No sure match in %s</source>
   <translation>Kein sicherer Treffer in %s</translation>
  </message>
  <message>
   <source>Norwegian</source>
   <translation>Norwegisch</translation>
  </message>
  <message>
   <source>Not connected</source>
   <translation>Nicht angeschlossen</translation>
  </message>
  <message>
   <source>Not connected: its photos stay searchable</source>
   <translation>Nicht angeschlossen: Die Fotos bleiben auffindbar</translation>
  </message>
  <message>
   <source>Not enough room: %s are needed while it is installed, %s are free. Free some space first.</source>
   <translation>Nicht genug Platz: Bei der Installation werden %s gebraucht, %s sind frei. Schaffen Sie zuerst Platz.</translation>
  </message>
  <message>
   <source>Not in this build</source>
   <translation>Nicht in dieser Fassung</translation>
  </message>
  <message>
   <source>Not understood: %s.</source>
   <translation>Nicht verstanden: %s.</translation>
  </message>
  <message>
   <source>Nothing</source>
   <translation>Nichts</translation>
  </message>
  <message>
   <source>Nothing found</source>
   <translation>Nichts gefunden</translation>
  </message>
  <message>
   <source>Nothing found in %s</source>
   <translation>Nichts gefunden in %s</translation>
  </message>
  <message>
   <source>Nothing leaves this computer</source>
   <translation>Nichts verlässt diesen Computer</translation>
  </message>
  <message>
   <source>Nothing that is in the folder is overwritten.</source>
   <translation>Im Ordner wird nichts überschrieben.</translation>
  </message>
  <message>
   <source>Nothing would refuse one.</source>
   <translation>Nichts würde eine Verbindung verhindern.</translation>
  </message>
  <message>
   <source>Now on: %s. Another choice counts from the next start on.</source>
   <translation>Zurzeit: %s. Eine andere Wahl gilt ab dem nächsten Start.</translation>
  </message>
  <message>
   <source>Numbered</source>
   <translation>Nummeriert</translation>
  </message>
  <message>
   <source>Open Afterimage</source>
   <translation>Afterimage öffnen</translation>
  </message>
  <message>
   <source>Open Models</source>
   <translation>Modelle öffnen</translation>
  </message>
  <message>
   <source>Opening your library…</source>
   <translation>Ihre Bibliothek wird geöffnet …</translation>
  </message>
  <message>
   <source>P, X  and  U</source>
   <translation>P, X  und  U</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>Anhalten</translation>
  </message>
  <message>
   <source>Pause on battery</source>
   <translation>Im Akkubetrieb anhalten</translation>
  </message>
  <message>
   <source>Paused</source>
   <translation>Angehalten</translation>
  </message>
  <message>
   <source>Paused at %s of %s</source>
   <translation>Angehalten bei %s von %s</translation>
  </message>
  <message>
   <source>Paused · %s</source>
   <translation>Angehalten · %s</translation>
  </message>
  <message>
   <source>Persian</source>
   <translation>Persisch</translation>
  </message>
  <message>
   <source>Photos</source>
   <translation>Fotos</translation>
  </message>
  <message>
   <source>Photos change places at once instead of gliding there.</source>
   <translation>Fotos wechseln sofort den Platz, statt dorthin zu gleiten.</translation>
  </message>
  <message>
   <source>Photos like the one in the clipboard</source>
   <translation>Fotos wie das in der Zwischenablage</translation>
  </message>
  <message>
   <source>Photos look the same in both.</source>
   <translation>Fotos sehen in beiden gleich aus.</translation>
  </message>
  <message>
   <source>Pick, reject, no flag</source>
   <translation>Ausgewählt, abgelehnt, ohne Markierung</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>Ort</translation>
  </message>
  <message>
   <source>Point at a photo to see how likely it matches. Found in %s ms.</source>
   <translation>Zeigen Sie auf ein Foto, um zu sehen, wie wahrscheinlich es passt. Gefunden in %s ms.</translation>
  </message>
  <message>
   <source>Polish</source>
   <translation>Polnisch</translation>
  </message>
  <message>
   <source>Portuguese</source>
   <translation>Portugiesisch</translation>
  </message>
  <message>
   <source>Preparing %s of %s</source>
   <translation>Vorbereitet: %s von %s</translation>
  </message>
  <message>
   <source>Privacy</source>
   <translation>Privatsphäre</translation>
  </message>
  <message>
   <source>Processor</source>
   <translation>Prozessor</translation>
  </message>
  <message>
   <source>Python refuses every one.</source>
   <translation>Python weist jede Verbindung ab.</translation>
  </message>
  <message>
   <source>Q</source>
   <translation>Q</translation>
  </message>
  <message>
   <source>Quiet</source>
   <translation>Leise</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Beenden</translation>
  </message>
  <message>
   <source>RAW and JPEG</source>
   <translation>RAW und JPEG</translation>
  </message>
  <message>
   <source>Rank</source>
   <translation>Rang</translation>
  </message>
  <message>
   <source>Recommended</source>
   <translation>Empfohlen</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Remove %s?</source>
   <translation>%s entfernen?</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Entfernen …</translation>
  </message>
  <message>
   <source>Removing…</source>
   <translation>Wird entfernt …</translation>
  </message>
  <message>
   <source>Romanian</source>
   <translation>Rumänisch</translation>
  </message>
  <message>
   <source>Russian</source>
   <translation>Russisch</translation>
  </message>
  <message>
   <source>S</source>
   <translation>S</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Diese Suche speichern</translation>
  </message>
  <message>
   <source>Says how likely</source>
   <translation>Sagt, wie wahrscheinlich</translation>
  </message>
  <message>
   <source>Says when nothing matches</source>
   <translation>Sagt, wenn nichts passt</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Suchen</translation>
  </message>
  <message>
   <source>Search all photos</source>
   <translation>Alle Fotos durchsuchen</translation>
  </message>
  <message>
   <source>Second file</source>
   <translation>Zweite Datei</translation>
  </message>
  <message>
   <source>See why</source>
   <translation>Gründe ansehen</translation>
  </message>
  <message>
   <source>Sees a photo in %s here, then compares it in %s</source>
   <translation>Liest ein Foto hier in %s ein und vergleicht es danach in %s</translation>
  </message>
  <message>
   <source>Select the whole day</source>
   <translation>Den ganzen Tag auswählen</translation>
  </message>
  <message>
   <source>Serbian</source>
   <translation>Serbisch</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Shift+D</source>
   <translation>Umschalt+D</translation>
  </message>
  <message>
   <source>Shift+T</source>
   <translation>Umschalt+T</translation>
  </message>
  <message>
   <source>Show %s less likely</source>
   <translation>%s weniger wahrscheinliche anzeigen</translation>
  </message>
  <message>
   <source>Show %s more</source>
   <translation>%s weitere anzeigen</translation>
  </message>
  <message>
   <source>Show folder</source>
   <translation>Ordner anzeigen</translation>
  </message>
  <message>
   <source>Show in file manager</source>
   <translation>Im Dateimanager anzeigen</translation>
  </message>
  <message>
   <source>Show the keys</source>
   <translation>Tastaturbefehle anzeigen</translation>
  </message>
  <message>
   <source>Shows why</source>
   <translation>Zeigt, warum</translation>
  </message>
  <message>
   <source>Similarity</source>
   <translation>Ähnlichkeit</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Size of the photos</source>
   <translation>Größe der Fotos</translation>
  </message>
  <message>
   <source>Slovak</source>
   <translation>Slowakisch</translation>
  </message>
  <message>
   <source>Slovenian</source>
   <translation>Slowenisch</translation>
  </message>
  <message>
   <source>Small</source>
   <translation>Klein</translation>
  </message>
  <message>
   <source>Small files</source>
   <translation>Kleine Dateien</translation>
  </message>
  <message>
   <source>So much longer a search may take where %s compares the best photos.</source>
   <translation>So viel länger darf eine Suche dauern, wenn %s die besten Fotos vergleicht.</translation>
  </message>
  <message>
   <source>Space shows a photo large, with the words that it matches. T gives a tag, 0 to 5 a rating.</source>
   <translation>Die Leertaste zeigt ein Foto groß und welche Wörter zu ihm passen. T vergibt ein Stichwort, 0 bis 5 eine Bewertung.</translation>
  </message>
  <message>
   <source>Spanish</source>
   <translation>Spanisch</translation>
  </message>
  <message>
   <source>Speed</source>
   <translation>Tempo</translation>
  </message>
  <message>
   <source>Squares, or whole photos</source>
   <translation>Quadrate oder ganze Fotos</translation>
  </message>
  <message>
   <source>Stars (with Shift: and on to the next photo)</source>
   <translation>Sterne (mit Umschalt: und weiter zum nächsten Foto)</translation>
  </message>
  <message>
   <source>Start it again</source>
   <translation>Neu starten</translation>
  </message>
  <message>
   <source>Stay</source>
   <translation>Bleiben</translation>
  </message>
  <message>
   <source>Stay in the tray</source>
   <translation>Im Infobereich bleiben</translation>
  </message>
  <message>
   <source>Stay with %s</source>
   <translation>Bei %s bleiben</translation>
  </message>
  <message>
   <source>Swedish</source>
   <translation>Schwedisch</translation>
  </message>
  <message>
   <source>T</source>
   <translation>T</translation>
  </message>
  <message>
   <source>Tab</source>
   <translation>Tab</translation>
  </message>
  <message>
   <source>Tag all that match the sentence</source>
   <translation>Alle verschlagworten, die zum Satz passen</translation>
  </message>
  <message>
   <source>Tags and ratings</source>
   <translation>Stichwörter und Bewertungen</translation>
  </message>
  <message>
   <source>Tags, ratings and labels are kept in the library. Switched on, they are also merged into an XMP file beside each photo, where Lightroom, digiKam and darktable find them. No photo is changed.</source>
   <translation>Stichwörter, Bewertungen und Farben stehen in der Bibliothek. Eingeschaltet, werden sie zusätzlich in eine XMP-Datei neben jedem Foto geschrieben, wo Lightroom, digiKam und darktable sie finden. Kein Foto wird verändert.</translation>
  </message>
  <message>
   <source>Take RAW files along</source>
   <translation>RAW-Dateien mitnehmen</translation>
  </message>
  <message>
   <source>Take the tour</source>
   <translation>Tour starten</translation>
  </message>
  <message>
   <source>Taken</source>
   <translation>Aufgenommen</translation>
  </message>
  <message>
   <source>Takes effect the next time Afterimage starts.</source>
   <translation>Gilt ab dem nächsten Start von Afterimage.</translation>
  </message>
  <message>
   <source>Tell me when something long is done</source>
   <translation>Benachrichtigen, wenn etwas Langes fertig ist</translation>
  </message>
  <message>
   <source>Thai</source>
   <translation>Thailändisch</translation>
  </message>
  <message>
   <source>The export was stopped. What was copied until then stays.</source>
   <translation>Der Export wurde abgebrochen. Was bis dahin kopiert war, bleibt erhalten.</translation>
  </message>
  <message>
   <source>The first photos appear here in a moment.</source>
   <translation>Die ersten Fotos erscheinen gleich hier.</translation>
  </message>
  <message>
   <source>The library is empty. Your photos are where they were.</source>
   <translation>Die Bibliothek ist leer. Ihre Fotos liegen, wo sie waren.</translation>
  </message>
  <message>
   <source>The model and your photos stay. Using it again begins with all photos anew.</source>
   <translation>Das Modell und Ihre Fotos bleiben. Verwenden Sie es wieder, werden alle Fotos neu eingelesen.</translation>
  </message>
  <message>
   <source>The search engine ended %d times within a minute. Your photos and the library are safe. Start it again; if it keeps ending, close Afterimage and open it anew.</source>
   <translation>Der Suchdienst wurde innerhalb einer Minute %d-mal beendet. Ihre Fotos und die Bibliothek sind sicher. Starten Sie ihn neu; hilft das nicht, schließen Sie Afterimage und öffnen Sie es erneut.</translation>
  </message>
  <message>
   <source>The search engine has stopped</source>
   <translation>Der Suchdienst wurde beendet</translation>
  </message>
  <message>
   <source>Theme</source>
   <translation>Farbschema</translation>
  </message>
  <message>
   <source>There are no probabilities: %s.</source>
   <translation>Keine Wahrscheinlichkeiten: %s.</translation>
  </message>
  <message>
   <source>These keys</source>
   <translation>Diese Tastaturbefehle</translation>
  </message>
  <message>
   <source>This computer has no battery.</source>
   <translation>Dieser Computer hat keinen Akku.</translation>
  </message>
  <message>
   <source>This desktop has no tray.</source>
   <translation>Dieser Desktop hat keinen Infobereich.</translation>
  </message>
  <message>
   <source>This model does not know: %s.</source>
   <translation>Dieses Modell kennt nicht: %s.</translation>
  </message>
  <message>
   <source>This seems to be %s, which this model has not learned.</source>
   <translation>Das ist wohl %s; diese Sprache hat das Modell nicht gelernt.</translation>
  </message>
  <message>
   <source>Three steps through the window.</source>
   <translation>In drei Schritten durch das Fenster.</translation>
  </message>
  <message>
   <source>Throw away</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Throw away what was downloaded?</source>
   <translation>Bisher Heruntergeladenes verwerfen?</translation>
  </message>
  <message>
   <source>Tour</source>
   <translation>Tour</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Erneut versuchen</translation>
  </message>
  <message>
   <source>Try other words, or fewer of them.</source>
   <translation>Versuchen Sie andere oder weniger Wörter.</translation>
  </message>
  <message>
   <source>Turkish</source>
   <translation>Türkisch</translation>
  </message>
  <message>
   <source>Two to four photos side by side</source>
   <translation>Zwei bis vier Fotos nebeneinander</translation>
  </message>
  <message>
   <source>Type a sentence, as you would say it: two dogs playing in the snow. What matches best comes first.</source>
   <translation>Geben Sie einen Satz ein, wie Sie ihn sagen würden: two dogs playing in the snow. Was am besten passt, kommt zuerst.</translation>
  </message>
  <message>
   <source>Ukrainian</source>
   <translation>Ukrainisch</translation>
  </message>
  <message>
   <source>Undo and redo tags and marks</source>
   <translation>Stichwörter und Bewertungen rückgängig machen und wiederherstellen</translation>
  </message>
  <message>
   <source>Unlike %s, it does not %s.</source>
   <translation>Anders als %s kann es nicht: %s.</translation>
  </message>
  <message>
   <source>Use %s</source>
   <translation>%s verwenden</translation>
  </message>
  <message>
   <source>Use %s?</source>
   <translation>%s verwenden?</translation>
  </message>
  <message>
   <source>Use it</source>
   <translation>Verwenden</translation>
  </message>
  <message>
   <source>Use…</source>
   <translation>Verwenden …</translation>
  </message>
  <message>
   <source>Vietnamese</source>
   <translation>Vietnamesisch</translation>
  </message>
  <message>
   <source>View a photo large</source>
   <translation>Foto groß anzeigen</translation>
  </message>
  <message>
   <source>Waiting for the server</source>
   <translation>Warten auf den Server</translation>
  </message>
  <message>
   <source>What is known of a photo</source>
   <translation>Angaben zum Foto</translation>
  </message>
  <message>
   <source>What it costs on this computer is measured when it is first used</source>
   <translation>Wie viel Zeit es auf diesem Computer braucht, wird beim ersten Gebrauch gemessen</translation>
  </message>
  <message>
   <source>Where it was taken (GPS)</source>
   <translation>Aufnahmeort (GPS)</translation>
  </message>
  <message>
   <source>Which model answers, how long it may look closely, and what it computes on.</source>
   <translation>Welches Modell antwortet, wie lange es genau hinsehen darf und worauf es rechnet.</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Fenster</translation>
  </message>
  <message>
   <source>Write tags into files beside the photos</source>
   <translation>Stichwörter in Dateien neben den Fotos schreiben</translation>
  </message>
  <message>
   <source>Write them now</source>
   <translation>Jetzt schreiben</translation>
  </message>
  <message>
   <source>Writing… You can go on working.</source>
   <translation>Wird geschrieben … Sie können weiterarbeiten.</translation>
  </message>
  <message>
   <source>Y  and  N</source>
   <translation>Y  und  N</translation>
  </message>
  <message>
   <source>Yes, this matches; no, it does not</source>
   <translation>Ja, das passt; nein, das passt nicht</translation>
  </message>
  <message>
   <source>Your folders</source>
   <translation>Ihre Ordner</translation>
  </message>
  <message>
   <source>Your library</source>
   <translation>Ihre Bibliothek</translation>
  </message>
  <message>
   <source>Z</source>
   <translation>Z</translation>
  </message>
  <message>
   <source>a few seconds left</source>
   <translation>noch wenige Sekunden</translation>
  </message>
  <message>
   <source>about %d days</source>
   <translation>etwa %d Tage</translation>
  </message>
  <message>
   <source>about %d days left</source>
   <translation>noch etwa %d Tage</translation>
  </message>
  <message>
   <source>about %d h left</source>
   <translation>noch etwa %d Std.</translation>
  </message>
  <message>
   <source>about %d hours</source>
   <translation>etwa %d Stunden</translation>
  </message>
  <message>
   <source>about %d min left</source>
   <translation>noch etwa %d Min.</translation>
  </message>
  <message>
   <source>about %d minutes</source>
   <translation>etwa %d Minuten</translation>
  </message>
  <message>
   <source>about %s</source>
   <translation>etwa %s</translation>
  </message>
  <message>
   <source>about %s times the work of %s for each photo</source>
   <translation>je Foto etwa %s-mal so viel Arbeit wie %s</translation>
  </message>
  <message>
   <source>about a minute</source>
   <translation>etwa eine Minute</translation>
  </message>
  <message>
   <source>an unknown size</source>
   <translation>unbekannte Größe</translation>
  </message>
  <message>
   <source>animation accessibility</source>
   <translation>Animation Barrierefreiheit</translation>
  </message>
  <message>
   <source>auto-advance next</source>
   <translation>automatisch weiter nächstes</translation>
  </message>
  <message>
   <source>background icon minimise</source>
   <translation>Hintergrund Symbol minimieren</translation>
  </message>
  <message>
   <source>below %s</source>
   <translation>unter %s</translation>
  </message>
  <message>
   <source>best rated first</source>
   <translation>am besten bewertete zuerst</translation>
  </message>
  <message>
   <source>blue label</source>
   <translation>Farbe Blau</translation>
  </message>
  <message>
   <source>by file name</source>
   <translation>nach Dateinamen</translation>
  </message>
  <message>
   <source>by overall similarity</source>
   <translation>nach Ähnlichkeit im Ganzen</translation>
  </message>
  <message>
   <source>byte</source>
   <translation>Byte</translation>
  </message>
  <message>
   <source>bytes</source>
   <translation>Byte</translation>
  </message>
  <message>
   <source>colours mode</source>
   <translation>Farben Modus hell dunkel</translation>
  </message>
  <message>
   <source>d MMM yyyy</source>
   <translation>d. MMM yyyy</translation>
  </message>
  <message>
   <source>ddd, d MMM yyyy</source>
   <translation>ddd, d. MMM yyyy</translation>
  </message>
  <message>
   <source>delete remove erase reset</source>
   <translation>löschen entfernen zurücksetzen leeren</translation>
  </message>
  <message>
   <source>figures: %s</source>
   <translation>Zahlen: %s</translation>
  </message>
  <message>
   <source>file</source>
   <translation>Datei</translation>
  </message>
  <message>
   <source>files</source>
   <translation>Dateien</translation>
  </message>
  <message>
   <source>find photos</source>
   <translation>Fotos finden</translation>
  </message>
  <message>
   <source>folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>folder place size disk</source>
   <translation>Ordner Ort Größe Datenträger Platte</translation>
  </message>
  <message>
   <source>folders</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>green label</source>
   <translation>Farbe Grün</translation>
  </message>
  <message>
   <source>imported from %s</source>
   <translation>importiert aus %s</translation>
  </message>
  <message>
   <source>its drive is not connected</source>
   <translation>Laufwerk nicht angeschlossen</translation>
  </message>
  <message>
   <source>its publisher</source>
   <translation>dem Herausgeber</translation>
  </message>
  <message>
   <source>label %s</source>
   <translation>Farbe %s</translation>
  </message>
  <message>
   <source>languages unknown</source>
   <translation>Sprachen unbekannt</translation>
  </message>
  <message>
   <source>licence %s</source>
   <translation>Lizenz %s</translation>
  </message>
  <message>
   <source>licence unknown</source>
   <translation>Lizenz unbekannt</translation>
  </message>
  <message>
   <source>look closely at the best matches</source>
   <translation>die besten Treffer genau ansehen</translation>
  </message>
  <message>
   <source>looked closely</source>
   <translation>genau angesehen</translation>
  </message>
  <message>
   <source>looked closely at %s</source>
   <translation>%s genau angesehen</translation>
  </message>
  <message>
   <source>more problem</source>
   <translation>weiteres Problem</translation>
  </message>
  <message>
   <source>more problems</source>
   <translation>weitere Probleme</translation>
  </message>
  <message>
   <source>more than %s</source>
   <translation>mehr als %s</translation>
  </message>
  <message>
   <source>newest first</source>
   <translation>neueste zuerst</translation>
  </message>
  <message>
   <source>no %s found</source>
   <translation>%s nicht gefunden</translation>
  </message>
  <message>
   <source>notification message</source>
   <translation>Benachrichtigung Nachricht</translation>
  </message>
  <message>
   <source>offline internet network telemetry connection size</source>
   <translation>offline Internet Netz Telemetrie Verbindung Größe</translation>
  </message>
  <message>
   <source>oldest first</source>
   <translation>älteste zuerst</translation>
  </message>
  <message>
   <source>pairs JPEG drag copy</source>
   <translation>Paare JPEG ziehen kopieren</translation>
  </message>
  <message>
   <source>paused</source>
   <translation>angehalten</translation>
  </message>
  <message>
   <source>photo</source>
   <translation>Foto</translation>
  </message>
  <message>
   <source>photos</source>
   <translation>Fotos</translation>
  </message>
  <message>
   <source>picked</source>
   <translation>als ausgewählt markiert</translation>
  </message>
  <message>
   <source>power laptop energy</source>
   <translation>Strom Notebook Energie</translation>
  </message>
  <message>
   <source>problem</source>
   <translation>Problem</translation>
  </message>
  <message>
   <source>problems</source>
   <translation>Probleme</translation>
  </message>
  <message>
   <source>processor cores workers CPU</source>
   <translation>Prozessor Kerne CPU Geschwindigkeit</translation>
  </message>
  <message>
   <source>purple label</source>
   <translation>Farbe Lila</translation>
  </message>
  <message>
   <source>red label</source>
   <translation>Farbe Rot</translation>
  </message>
  <message>
   <source>rejected</source>
   <translation>abgelehnt</translation>
  </message>
  <message>
   <source>rerank device graphics card budget language</source>
   <translation>genau Gerät Grafikkarte Zeit Sprache</translation>
  </message>
  <message>
   <source>say how likely a match is</source>
   <translation>sagen, wie wahrscheinlich ein Treffer ist</translation>
  </message>
  <message>
   <source>say when nothing matches</source>
   <translation>sagen, wenn nichts passt</translation>
  </message>
  <message>
   <source>search covers %s of %s</source>
   <translation>%s von %s durchsuchbar</translation>
  </message>
  <message>
   <source>show why a photo matched</source>
   <translation>zeigen, warum ein Foto passt</translation>
  </message>
  <message>
   <source>size unknown</source>
   <translation>Größe unbekannt</translation>
  </message>
  <message>
   <source>star</source>
   <translation>Stern</translation>
  </message>
  <message>
   <source>stars</source>
   <translation>Sterne</translation>
  </message>
  <message>
   <source>tag</source>
   <translation>Stichwort</translation>
  </message>
  <message>
   <source>tags</source>
   <translation>Stichwörter</translation>
  </message>
  <message>
   <source>tags: %s</source>
   <translation>Stichwörter: %s</translation>
  </message>
  <message>
   <source>thumbnails rows zoom</source>
   <translation>Vorschaubilder Zeilen Zoom</translation>
  </message>
  <message>
   <source>understands %s</source>
   <translation>versteht %s</translation>
  </message>
  <message>
   <source>understands %s languages</source>
   <translation>versteht %s Sprachen</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <source>usual</source>
   <translation>üblich</translation>
  </message>
  <message>
   <source>version licence</source>
   <translation>Version Lizenz</translation>
  </message>
  <message>
   <source>yellow label</source>
   <translation>Farbe Gelb</translation>
  </message>
  <message>
   <source>your folders</source>
   <translation>Ihren Ordnern</translation>
  </message>
 </context>
 <context>
  <name>days</name>
  <message>
   <source>%s – %s</source>
   <translation>%s – %s</translation>
  </message>
  <message>
   <source>MMMM yyyy</source>
   <translation>MMMM yyyy</translation>
  </message>
  <message>
   <source>d</source>
   <translation>d.</translation>
  </message>
  <message>
   <source>d MMMM yyyy</source>
   <translation>d. MMMM yyyy</translation>
  </message>
  <message>
   <source>dddd, d MMMM yyyy</source>
   <translation>dddd, d. MMMM yyyy</translation>
  </message>
 </context>
 <context>
  <name>engine</name>
  <message>
   <source>%s damaged entries of the library were found and are made again</source>
   <translation>%s beschädigte Einträge der Bibliothek wurden gefunden und werden neu angelegt</translation>
  </message>
  <message>
   <source>%s is being fetched already</source>
   <translation>%s wird bereits heruntergeladen</translation>
  </message>
  <message>
   <source>%s needs %s, which this build of Afterimage does not have</source>
   <translation>%s braucht %s, was diese Fassung von Afterimage nicht enthält</translation>
  </message>
  <message>
   <source>A newer one took its place</source>
   <translation>Eine neuere Anfrage trat an ihre Stelle</translation>
  </message>
  <message>
   <source>Afterimage ended twice while it was starting, and is in safe mode: photos can be browsed, not described</source>
   <translation>Afterimage wurde beim Starten zweimal beendet und läuft im abgesicherten Modus: Sie können Fotos ansehen, aber nicht nach Beschreibung suchen</translation>
  </message>
  <message>
   <source>Another process%s holds this library</source>
   <translation>Ein anderer Prozess%s verwendet diese Bibliothek</translation>
  </message>
  <message>
   <source>Another program changed this sidecar meanwhile</source>
   <translation>Ein anderes Programm hat diese Filialdatei inzwischen geändert</translation>
  </message>
  <message>
   <source>Another program holds the catalog</source>
   <translation>Ein anderes Programm verwendet den Katalog gerade</translation>
  </message>
  <message>
   <source>HEIC photos need an optional part</source>
   <translation>Für HEIC-Fotos fehlt ein Zusatz</translation>
  </message>
  <message>
   <source>Indexing waits: less than %s MB is free on the disk of the library</source>
   <translation>Das Einlesen wartet: Auf dem Datenträger der Bibliothek sind weniger als %s MB frei</translation>
  </message>
  <message>
   <source>Its words cannot be read</source>
   <translation>Die Wörter in ihm können nicht gelesen werden</translation>
  </message>
  <message>
   <source>JPEG XL photos need an optional part</source>
   <translation>Für JPEG-XL-Fotos fehlt ein Zusatz</translation>
  </message>
  <message>
   <source>No connection (%s)</source>
   <translation>Keine Verbindung (%s)</translation>
  </message>
  <message>
   <source>No file manager opens this folder</source>
   <translation>Kein Dateimanager öffnet diesen Ordner</translation>
  </message>
  <message>
   <source>No photo has such a size or quality</source>
   <translation>Kein Foto hat diese Größe oder Qualität</translation>
  </message>
  <message>
   <source>No program opens this photo</source>
   <translation>Kein Programm öffnet dieses Foto</translation>
  </message>
  <message>
   <source>No room for the catalog</source>
   <translation>Kein Platz für den Katalog</translation>
  </message>
  <message>
   <source>No room for the library</source>
   <translation>Kein Platz für die Bibliothek</translation>
  </message>
  <message>
   <source>No room for the model: %s are needed and %s are free</source>
   <translation>Kein Platz für das Modell: %s werden gebraucht, %s sind frei</translation>
  </message>
  <message>
   <source>No room for the preview</source>
   <translation>Kein Platz für die Vorschau</translation>
  </message>
  <message>
   <source>No room for the reranker's tokens</source>
   <translation>Kein Platz für das genaue Ansehen</translation>
  </message>
  <message>
   <source>No room for the search index</source>
   <translation>Kein Platz für den Suchindex</translation>
  </message>
  <message>
   <source>No room for the sidecar</source>
   <translation>Kein Platz für die Filialdatei</translation>
  </message>
  <message>
   <source>No room for the weights: %s MB are needed and %s MB are free</source>
   <translation>Kein Platz für die Gewichte: %s MB werden gebraucht, %s MB sind frei</translation>
  </message>
  <message>
   <source>No room for thumbnails</source>
   <translation>Kein Platz für Miniaturen</translation>
  </message>
  <message>
   <source>Nothing may be written here</source>
   <translation>Hier darf nicht geschrieben werden</translation>
  </message>
  <message>
   <source>Raw photos need an optional part</source>
   <translation>Für RAW-Fotos fehlt ein Zusatz</translation>
  </message>
  <message>
   <source>Something went wrong inside Afterimage</source>
   <translation>In Afterimage ist ein Fehler aufgetreten</translation>
  </message>
  <message>
   <source>The catalog cannot be read or written (%s)</source>
   <translation>Der Katalog kann nicht gelesen oder geschrieben werden (%s)</translation>
  </message>
  <message>
   <source>The catalog is damaged</source>
   <translation>Der Katalog ist beschädigt</translation>
  </message>
  <message>
   <source>The catalog is damaged (%s)</source>
   <translation>Der Katalog ist beschädigt (%s)</translation>
  </message>
  <message>
   <source>The catalog is not there</source>
   <translation>Der Katalog fehlt</translation>
  </message>
  <message>
   <source>The catalog of this library is gone, and there is no copy of it</source>
   <translation>Der Katalog dieser Bibliothek ist weg, und es gibt keine Kopie davon</translation>
  </message>
  <message>
   <source>The catalog was damaged. The copy of %s took its place; the damaged one is kept</source>
   <translation>Der Katalog war beschädigt. Die Sicherungskopie vom %s wurde eingesetzt; der beschädigte bleibt aufbewahrt</translation>
  </message>
  <message>
   <source>The catalog was damaged. The copy of %s took its place; the damaged one is kept, and %s tags and marks that came later were taken from it</source>
   <translation>Der Katalog war beschädigt. Die Sicherungskopie vom %s wurde eingesetzt; der beschädigte bleibt aufbewahrt, und %s spätere Stichwörter und Markierungen wurden daraus übernommen</translation>
  </message>
  <message>
   <source>The catalog was gone and there was no copy of it; this is a new, empty one</source>
   <translation>Der Katalog war weg, und es gab keine Kopie davon; dies ist ein neuer, leerer</translation>
  </message>
  <message>
   <source>The copy cannot be written (%s)</source>
   <translation>Die Kopie kann nicht geschrieben werden (%s)</translation>
  </message>
  <message>
   <source>The decoder could not be started</source>
   <translation>Das Programm zum Öffnen von Fotos ließ sich nicht starten</translation>
  </message>
  <message>
   <source>The decoder failed (%s in %s)</source>
   <translation>Das Öffnen ist fehlgeschlagen (%s in %s)</translation>
  </message>
  <message>
   <source>The disk is full</source>
   <translation>Der Datenträger ist voll</translation>
  </message>
  <message>
   <source>The download of %s ended unexpectedly</source>
   <translation>Der Download von %s endete unerwartet</translation>
  </message>
  <message>
   <source>The download was paused; what was fetched is kept</source>
   <translation>Der Download wurde angehalten; bisher Geladenes bleibt erhalten</translation>
  </message>
  <message>
   <source>The drive that was in this place is not there; its photos stay searchable</source>
   <translation>Das Laufwerk, das hier war, ist nicht da; seine Fotos bleiben auffindbar</translation>
  </message>
  <message>
   <source>The engine is closing</source>
   <translation>Der Suchdienst wird gerade beendet</translation>
  </message>
  <message>
   <source>The export ended unexpectedly</source>
   <translation>Der Export endete unerwartet</translation>
  </message>
  <message>
   <source>The export was stopped; copies that were finished are kept</source>
   <translation>Der Export wurde abgebrochen; fertige Kopien bleiben erhalten</translation>
  </message>
  <message>
   <source>The file cannot be read (%s)</source>
   <translation>Die Datei kann nicht gelesen werden (%s)</translation>
  </message>
  <message>
   <source>The file is empty</source>
   <translation>Die Datei ist leer</translation>
  </message>
  <message>
   <source>The file is gone</source>
   <translation>Die Datei ist nicht mehr da</translation>
  </message>
  <message>
   <source>The file is larger than %s MB</source>
   <translation>Die Datei ist größer als %s MB</translation>
  </message>
  <message>
   <source>The file is out of reach</source>
   <translation>Die Datei ist nicht erreichbar</translation>
  </message>
  <message>
   <source>The file is still being written</source>
   <translation>Die Datei wird noch geschrieben</translation>
  </message>
  <message>
   <source>The file may not be read</source>
   <translation>Die Datei darf nicht gelesen werden</translation>
  </message>
  <message>
   <source>The folder cannot be read (%s)</source>
   <translation>Der Ordner kann nicht gelesen werden (%s)</translation>
  </message>
  <message>
   <source>The folder is not there</source>
   <translation>Der Ordner ist nicht da</translation>
  </message>
  <message>
   <source>The folder may not be read</source>
   <translation>Der Ordner darf nicht gelesen werden</translation>
  </message>
  <message>
   <source>The folder was replaced by another while it was read</source>
   <translation>Der Ordner wurde beim Lesen durch einen anderen ersetzt</translation>
  </message>
  <message>
   <source>The library cannot be opened (%s)</source>
   <translation>Die Bibliothek kann nicht geöffnet werden (%s)</translation>
  </message>
  <message>
   <source>The look at the model ended unexpectedly</source>
   <translation>Die Prüfung des Modells endete unerwartet</translation>
  </message>
  <message>
   <source>The model could not be loaded (%s)</source>
   <translation>Das Modell konnte nicht geladen werden (%s)</translation>
  </message>
  <message>
   <source>The pasted picture could not be kept</source>
   <translation>Das eingefügte Bild konnte nicht gespeichert werden</translation>
  </message>
  <message>
   <source>The path is too long for this system</source>
   <translation>Der Pfad ist zu lang für dieses System</translation>
  </message>
  <message>
   <source>The photo cannot be opened (%s)</source>
   <translation>Das Foto kann nicht geöffnet werden (%s)</translation>
  </message>
  <message>
   <source>The photo has no pixels</source>
   <translation>Das Foto hat keine Pixel</translation>
  </message>
  <message>
   <source>The photo holds values that are no brightness</source>
   <translation>Das Foto enthält Werte, die keine Helligkeit sind</translation>
  </message>
  <message>
   <source>The photo is cut short</source>
   <translation>Das Foto ist unvollständig</translation>
  </message>
  <message>
   <source>The photo is cut short: its end is empty</source>
   <translation>Das Foto ist unvollständig: Das Ende ist leer</translation>
  </message>
  <message>
   <source>The photo is damaged, or of a kind that cannot be read</source>
   <translation>Das Foto ist beschädigt oder in einem Format, das nicht gelesen werden kann</translation>
  </message>
  <message>
   <source>The photo is packed in so many passes that it takes too long to open</source>
   <translation>Das Foto ist in so vielen Durchgängen gepackt, dass das Öffnen zu lange dauert</translation>
  </message>
  <message>
   <source>The photo is too large (%s x %s pixels)</source>
   <translation>Das Foto ist zu groß (%s x %s Pixel)</translation>
  </message>
  <message>
   <source>The photo is too large to be opened</source>
   <translation>Das Foto ist zu groß zum Öffnen</translation>
  </message>
  <message>
   <source>The proxy cannot be used (%s)</source>
   <translation>Der Proxy kann nicht verwendet werden (%s)</translation>
  </message>
  <message>
   <source>The running Afterimage closed before it could answer</source>
   <translation>Das laufende Afterimage wurde geschlossen, bevor es antworten konnte</translation>
  </message>
  <message>
   <source>The running Afterimage has closed</source>
   <translation>Das laufende Afterimage wurde geschlossen</translation>
  </message>
  <message>
   <source>The search engine ended before it could answer</source>
   <translation>Der Suchdienst endete, bevor er antworten konnte</translation>
  </message>
  <message>
   <source>The search index cannot be read back</source>
   <translation>Der Suchindex kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>The server answers %s</source>
   <translation>Der Server antwortet mit %s</translation>
  </message>
  <message>
   <source>There is a collection “%s” already</source>
   <translation>Eine Sammlung „%s“ gibt es schon</translation>
  </message>
  <message>
   <source>There is a saved search “%s” already</source>
   <translation>Eine gespeicherte Suche „%s“ gibt es schon</translation>
  </message>
  <message>
   <source>There is no such folder</source>
   <translation>Diesen Ordner gibt es nicht</translation>
  </message>
  <message>
   <source>There is no such kind of export</source>
   <translation>Diese Art von Export gibt es nicht</translation>
  </message>
  <message>
   <source>There is nothing to save</source>
   <translation>Es gibt nichts zu speichern</translation>
  </message>
  <message>
   <source>This build of Afterimage serves the models that came with it, and no other</source>
   <translation>Diese Ausgabe von Afterimage kann nur die mitgelieferten Modelle verwenden</translation>
  </message>
  <message>
   <source>This engine belongs to a window</source>
   <translation>Dieser Suchdienst gehört zu einem Fenster</translation>
  </message>
  <message>
   <source>This engine has no window</source>
   <translation>Dieser Suchdienst hat kein Fenster</translation>
  </message>
  <message>
   <source>This file is not a catalog of Afterimage</source>
   <translation>Diese Datei ist kein Katalog von Afterimage</translation>
  </message>
  <message>
   <source>This folder cannot be made</source>
   <translation>Dieser Ordner kann nicht angelegt werden</translation>
  </message>
  <message>
   <source>This folder cannot be read (%s)</source>
   <translation>Dieser Ordner kann nicht gelesen werden (%s)</translation>
  </message>
  <message>
   <source>This is a file, not a folder</source>
   <translation>Das ist eine Datei, kein Ordner</translation>
  </message>
  <message>
   <source>This is a link, not a photo</source>
   <translation>Das ist eine Verknüpfung, kein Foto</translation>
  </message>
  <message>
   <source>This is not a folder</source>
   <translation>Das ist kein Ordner</translation>
  </message>
  <message>
   <source>This is not a photo in a format that can be read</source>
   <translation>Das ist kein Foto in einem lesbaren Format</translation>
  </message>
  <message>
   <source>This is not a regular file</source>
   <translation>Das ist keine gewöhnliche Datei</translation>
  </message>
  <message>
   <source>This library was made by a newer version of Afterimage</source>
   <translation>Diese Bibliothek stammt von einer neueren Version von Afterimage</translation>
  </message>
  <message>
   <source>This photo is no longer in the library</source>
   <translation>Dieses Foto ist nicht mehr in der Bibliothek</translation>
  </message>
  <message>
   <source>This photo is not there any more</source>
   <translation>Dieses Foto ist nicht mehr da</translation>
  </message>
  <message>
   <source>This saved search is gone</source>
   <translation>Diese gespeicherte Suche gibt es nicht mehr</translation>
  </message>
  <message>
   <source>This server does not speak like a hub</source>
   <translation>Dieser Server antwortet nicht wie ein Modell-Server</translation>
  </message>
  <message>
   <source>This sidecar cannot be read (%s)</source>
   <translation>Diese Filialdatei kann nicht gelesen werden (%s)</translation>
  </message>
  <message>
   <source>This sidecar cannot be understood: %s</source>
   <translation>Diese Filialdatei ist nicht verständlich: %s</translation>
  </message>
  <message>
   <source>This sidecar cannot be written (%s)</source>
   <translation>Diese Filialdatei kann nicht geschrieben werden (%s)</translation>
  </message>
  <message>
   <source>This sidecar is not a regular file</source>
   <translation>Diese Filialdatei ist keine gewöhnliche Datei</translation>
  </message>
  <message>
   <source>This sidecar says flag: %s, here it is %s</source>
   <translation>Diese Filialdatei nennt als Markierung: %s, hier ist es %s</translation>
  </message>
  <message>
   <source>This sidecar says label: %s, here it is %s</source>
   <translation>Diese Filialdatei nennt als Farbe: %s, hier ist es %s</translation>
  </message>
  <message>
   <source>This sidecar says stars: %s, here it is %s</source>
   <translation>Diese Filialdatei nennt als Sterne: %s, hier sind es %s</translation>
  </message>
  <message>
   <source>a file is missing or cannot be read</source>
   <translation>eine Datei fehlt oder kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>a file of a trained head is not the one that was written</source>
   <translation>eine Datei eines trainierten Kopfs ist nicht die, die geschrieben wurde</translation>
  </message>
  <message>
   <source>a file of the model cannot be read</source>
   <translation>eine Datei des Modells kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>a file of the model is missing</source>
   <translation>eine Datei des Modells fehlt</translation>
  </message>
  <message>
   <source>a file of the model is not the one that was published</source>
   <translation>eine Datei des Modells ist nicht die veröffentlichte</translation>
  </message>
  <message>
   <source>a model is a folder</source>
   <translation>ein Modell ist ein Ordner</translation>
  </message>
  <message>
   <source>a trained head cannot be read</source>
   <translation>ein trainierter Kopf kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>a trained head is another's</source>
   <translation>ein trainierter Kopf gehört zu einem anderen Modell</translation>
  </message>
  <message>
   <source>a trained head is missing</source>
   <translation>ein trainierter Kopf fehlt</translation>
  </message>
  <message>
   <source>add your folders again; tags come back where they were written into sidecars</source>
   <translation>fügen Sie Ihre Ordner wieder hinzu; Stichwörter kehren zurück, wo sie in Filialdateien geschrieben wurden</translation>
  </message>
  <message>
   <source>allow your account to read it</source>
   <translation>erlauben Sie Ihrem Konto, sie zu lesen</translation>
  </message>
  <message>
   <source>ask its publisher for safetensors; it was not opened in any other way</source>
   <translation>bitten Sie den Herausgeber um safetensors; anders wurde die Datei nicht geöffnet</translation>
  </message>
  <message>
   <source>begin it again</source>
   <translation>beginnen Sie noch einmal von vorn</translation>
  </message>
  <message>
   <source>begin it with https://</source>
   <translation>beginnen Sie sie mit https://</translation>
  </message>
  <message>
   <source>check HTTPS_PROXY, HTTP_PROXY and NO_PROXY</source>
   <translation>prüfen Sie HTTPS_PROXY, HTTP_PROXY und NO_PROXY</translation>
  </message>
  <message>
   <source>check its drive</source>
   <translation>prüfen Sie das Laufwerk</translation>
  </message>
  <message>
   <source>check its permissions</source>
   <translation>prüfen Sie die Zugriffsrechte</translation>
  </message>
  <message>
   <source>check its permissions, then try again</source>
   <translation>prüfen Sie die Zugriffsrechte und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>check the address of the server that models come from</source>
   <translation>prüfen Sie die Adresse des Servers für Modelle</translation>
  </message>
  <message>
   <source>check the drive and try again</source>
   <translation>prüfen Sie das Laufwerk und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>check the free space and the permissions, then run the same command</source>
   <translation>prüfen Sie freien Platz und Zugriffsrechte und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>check the name</source>
   <translation>prüfen Sie den Namen</translation>
  </message>
  <message>
   <source>check the permissions of its folder</source>
   <translation>prüfen Sie die Zugriffsrechte des Ordners</translation>
  </message>
  <message>
   <source>check the permissions of its folder, the disk and its free space</source>
   <translation>prüfen Sie die Zugriffsrechte des Ordners, den Datenträger und den freien Platz</translation>
  </message>
  <message>
   <source>check the permissions of this folder, or start Afterimage with another library</source>
   <translation>prüfen Sie die Zugriffsrechte dieses Ordners oder starten Sie Afterimage mit einer anderen Bibliothek</translation>
  </message>
  <message>
   <source>check this disk</source>
   <translation>prüfen Sie diesen Datenträger</translation>
  </message>
  <message>
   <source>choose a model with a text tower of open_clip's own</source>
   <translation>wählen Sie ein Modell mit einem eigenen Textteil von open_clip</translation>
  </message>
  <message>
   <source>choose a model with square photos</source>
   <translation>wählen Sie ein Modell mit quadratischen Fotos</translation>
  </message>
  <message>
   <source>choose a smaller model, or this one again when more memory is free</source>
   <translation>wählen Sie ein kleineres Modell oder dieses noch einmal, wenn mehr Speicher frei ist</translation>
  </message>
  <message>
   <source>choose another folder</source>
   <translation>wählen Sie einen anderen Ordner</translation>
  </message>
  <message>
   <source>choose another model</source>
   <translation>wählen Sie ein anderes Modell</translation>
  </message>
  <message>
   <source>choose another model first</source>
   <translation>wählen Sie zuerst ein anderes Modell</translation>
  </message>
  <message>
   <source>choose another model on the Models page</source>
   <translation>wählen Sie auf der Seite „Modelle“ ein anderes Modell</translation>
  </message>
  <message>
   <source>choose another name</source>
   <translation>wählen Sie einen anderen Namen</translation>
  </message>
  <message>
   <source>choose its model on the Models page</source>
   <translation>wählen Sie das zugehörige Modell auf der Seite „Modelle“</translation>
  </message>
  <message>
   <source>choose one of those that are offered</source>
   <translation>wählen Sie etwas aus der Liste</translation>
  </message>
  <message>
   <source>choose one that is offered</source>
   <translation>wählen Sie etwas aus der Liste</translation>
  </message>
  <message>
   <source>close it and open it again; if it ends again, choose another model first</source>
   <translation>schließen Sie es und öffnen Sie es erneut; endet es wieder, wählen Sie zuerst ein anderes Modell</translation>
  </message>
  <message>
   <source>close it, then try again</source>
   <translation>schließen Sie es und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>close the window</source>
   <translation>schließen Sie das Fenster</translation>
  </message>
  <message>
   <source>convert it to JPEG</source>
   <translation>wandeln Sie es in JPEG um</translation>
  </message>
  <message>
   <source>copy it again from its source</source>
   <translation>kopieren Sie es noch einmal von der Quelle</translation>
  </message>
  <message>
   <source>delete it and calibrate anew</source>
   <translation>löschen Sie sie und kalibrieren Sie neu</translation>
  </message>
  <message>
   <source>do not use this server; nothing was fetched</source>
   <translation>verwenden Sie diesen Server nicht; nichts wurde heruntergeladen</translation>
  </message>
  <message>
   <source>export a smaller copy</source>
   <translation>exportieren Sie eine kleinere Kopie</translation>
  </message>
  <message>
   <source>export it as JPEG</source>
   <translation>exportieren Sie es als JPEG</translation>
  </message>
  <message>
   <source>fetch both again</source>
   <translation>laden Sie beide noch einmal herunter</translation>
  </message>
  <message>
   <source>fetch it again</source>
   <translation>laden Sie es noch einmal herunter</translation>
  </message>
  <message>
   <source>fetch them again</source>
   <translation>laden Sie sie noch einmal herunter</translation>
  </message>
  <message>
   <source>free some space</source>
   <translation>schaffen Sie Platz</translation>
  </message>
  <message>
   <source>free some space on this disk</source>
   <translation>schaffen Sie Platz auf diesem Datenträger</translation>
  </message>
  <message>
   <source>free some space, and it goes on by itself</source>
   <translation>schaffen Sie Platz, dann geht es von selbst weiter</translation>
  </message>
  <message>
   <source>free some space, or choose another disk</source>
   <translation>schaffen Sie Platz oder wählen Sie einen anderen Datenträger</translation>
  </message>
  <message>
   <source>free some space, or choose another folder</source>
   <translation>schaffen Sie Platz oder wählen Sie einen anderen Ordner</translation>
  </message>
  <message>
   <source>free some space, then repeat</source>
   <translation>schaffen Sie Platz und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>free some space, then try again</source>
   <translation>schaffen Sie Platz und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>get it again</source>
   <translation>laden Sie es noch einmal herunter</translation>
  </message>
  <message>
   <source>get the folder again</source>
   <translation>besorgen Sie den Ordner noch einmal</translation>
  </message>
  <message>
   <source>import it from a folder on the Models page</source>
   <translation>importieren Sie es auf der Seite „Modelle“ aus einem Ordner</translation>
  </message>
  <message>
   <source>install Afterimage again</source>
   <translation>installieren Sie Afterimage neu</translation>
  </message>
  <message>
   <source>install Afterimage again, or choose another model</source>
   <translation>installieren Sie Afterimage neu oder wählen Sie ein anderes Modell</translation>
  </message>
  <message>
   <source>install Afterimage with open_clip</source>
   <translation>installieren Sie Afterimage mit open_clip</translation>
  </message>
  <message>
   <source>it is tried again when it is complete</source>
   <translation>es wird erneut versucht, sobald sie vollständig ist</translation>
  </message>
  <message>
   <source>it is tried again, then left out</source>
   <translation>es wird erneut versucht, danach ausgelassen</translation>
  </message>
  <message>
   <source>it serves models that have no head of their own: use one of those</source>
   <translation>es ergänzt Modelle ohne eigenen Kopf: verwenden Sie eines davon</translation>
  </message>
  <message>
   <source>it was removed; try again, and try later if it happens twice</source>
   <translation>es wurde entfernt; versuchen Sie es noch einmal, und später, falls es wieder geschieht</translation>
  </message>
  <message>
   <source>its log has the details</source>
   <translation>Einzelheiten stehen im Protokoll</translation>
  </message>
  <message>
   <source>judge a sentence with 1, -1 or 0</source>
   <translation>urteilen Sie mit 1, -1 oder 0</translation>
  </message>
  <message>
   <source>keep the file, move it aside or restore a copy of it, then index again</source>
   <translation>bewahren Sie die Datei auf, verschieben Sie sie oder stellen Sie eine Sicherungskopie wieder her und lesen Sie die Fotos neu ein</translation>
  </message>
  <message>
   <source>look after this disk: it may be failing</source>
   <translation>prüfen Sie diesen Datenträger: Er fällt möglicherweise bald aus</translation>
  </message>
  <message>
   <source>look at it again, then repeat</source>
   <translation>prüfen Sie es und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>look at them</source>
   <translation>prüfen Sie sie</translation>
  </message>
  <message>
   <source>look for its safetensors file instead</source>
   <translation>suchen Sie stattdessen nach der safetensors-Datei</translation>
  </message>
  <message>
   <source>look in the sidebar</source>
   <translation>sehen Sie in der Seitenleiste nach</translation>
  </message>
  <message>
   <source>mend it in the program that made it, or move it away</source>
   <translation>reparieren Sie sie in dem Programm, das sie geschrieben hat, oder verschieben Sie sie</translation>
  </message>
  <message>
   <source>move it nearer to the top</source>
   <translation>legen Sie ihn weiter oben ab</translation>
  </message>
  <message>
   <source>name a file of weights</source>
   <translation>nennen Sie eine Datei mit Gewichten</translation>
  </message>
  <message>
   <source>name a folder with open_clip_config.json, tokenizer.json and a .safetensors file</source>
   <translation>nennen Sie einen Ordner mit open_clip_config.json, tokenizer.json und einer .safetensors-Datei</translation>
  </message>
  <message>
   <source>name its folder</source>
   <translation>nennen Sie seinen Ordner</translation>
  </message>
  <message>
   <source>name one</source>
   <translation>nennen Sie einen</translation>
  </message>
  <message>
   <source>name the file with the model's weights</source>
   <translation>nennen Sie die Datei mit den Gewichten</translation>
  </message>
  <message>
   <source>none of the photos could be opened</source>
   <translation>keines der Fotos konnte geöffnet werden</translation>
  </message>
  <message>
   <source>nothing vouches for this model</source>
   <translation>für dieses Modell bürgt niemand</translation>
  </message>
  <message>
   <source>photos that came later are found again by themselves</source>
   <translation>später hinzugekommene Fotos werden von selbst wieder gefunden</translation>
  </message>
  <message>
   <source>pickled weights are never opened</source>
   <translation>Gewichte als Pickle werden nie geöffnet</translation>
  </message>
  <message>
   <source>pip install 'transformers&gt;=5'</source>
   <translation>pip install 'transformers&gt;=5'</translation>
  </message>
  <message>
   <source>pip install pillow-heif</source>
   <translation>pip install pillow-heif</translation>
  </message>
  <message>
   <source>pip install pillow-jxl-plugin</source>
   <translation>pip install pillow-jxl-plugin</translation>
  </message>
  <message>
   <source>pip install rawpy</source>
   <translation>pip install rawpy</translation>
  </message>
  <message>
   <source>plug in its drive</source>
   <translation>schließen Sie das Laufwerk an</translation>
  </message>
  <message>
   <source>plug it in again; if it is gone for good, forget this folder</source>
   <translation>schließen Sie es wieder an; ist es für immer fort, entfernen Sie diesen Ordner</translation>
  </message>
  <message>
   <source>put it back from a backup of this folder</source>
   <translation>holen Sie ihn aus einer Sicherung dieses Ordners zurück</translation>
  </message>
  <message>
   <source>remove another</source>
   <translation>entfernen Sie ein anderes</translation>
  </message>
  <message>
   <source>remove it</source>
   <translation>entfernen Sie es</translation>
  </message>
  <message>
   <source>remove them, or choose another folder</source>
   <translation>entfernen Sie sie oder wählen Sie einen anderen Ordner</translation>
  </message>
  <message>
   <source>report this</source>
   <translation>melden Sie diesen Fehler bitte</translation>
  </message>
  <message>
   <source>restore a copy</source>
   <translation>stellen Sie eine Sicherungskopie wieder her</translation>
  </message>
  <message>
   <source>restore it from a backup, or export it as JPEG</source>
   <translation>holen Sie es aus einer Sicherung oder exportieren Sie es als JPEG</translation>
  </message>
  <message>
   <source>run the command again</source>
   <translation>versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>save it again</source>
   <translation>speichern Sie sie noch einmal</translation>
  </message>
  <message>
   <source>search again</source>
   <translation>suchen Sie noch einmal</translation>
  </message>
  <message>
   <source>search for something first</source>
   <translation>suchen Sie zuerst etwas</translation>
  </message>
  <message>
   <source>start Afterimage again</source>
   <translation>starten Sie Afterimage neu</translation>
  </message>
  <message>
   <source>start Afterimage with another library</source>
   <translation>starten Sie Afterimage mit einer anderen Bibliothek</translation>
  </message>
  <message>
   <source>start again</source>
   <translation>noch einmal starten</translation>
  </message>
  <message>
   <source>the calibration cannot be read</source>
   <translation>die Kalibrierung kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the file cannot be read</source>
   <translation>die Datei kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the list of models is missing</source>
   <translation>die Liste der Modelle fehlt</translation>
  </message>
  <message>
   <source>the manifest cannot be read</source>
   <translation>die Dateiliste des Modells kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the manifest names a file that cannot be used</source>
   <translation>die Dateiliste des Modells nennt eine unbrauchbare Datei</translation>
  </message>
  <message>
   <source>the model's config cannot be read</source>
   <translation>die Beschreibung des Modells kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the model's config is missing</source>
   <translation>die Beschreibung des Modells fehlt</translation>
  </message>
  <message>
   <source>the model's config lacks its model_cfg</source>
   <translation>in der Beschreibung des Modells fehlt model_cfg</translation>
  </message>
  <message>
   <source>the model's tokenizer is missing</source>
   <translation>der Wortschatz des Modells fehlt</translation>
  </message>
  <message>
   <source>the model's weights are missing</source>
   <translation>die Gewichte des Modells fehlen</translation>
  </message>
  <message>
   <source>the pin of a model cannot be read</source>
   <translation>die Festschreibung eines Modells kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the tokenizer cannot be read</source>
   <translation>der Wortschatz kann nicht gelesen werden</translation>
  </message>
  <message>
   <source>the weights are missing</source>
   <translation>die Gewichte fehlen</translation>
  </message>
  <message>
   <source>the weights cannot be read</source>
   <translation>die Gewichte können nicht gelesen werden</translation>
  </message>
  <message>
   <source>the weights do not fit the config</source>
   <translation>die Gewichte passen nicht zur Beschreibung</translation>
  </message>
  <message>
   <source>the weights have changed since they were confirmed</source>
   <translation>die Gewichte haben sich seit der Bestätigung geändert</translation>
  </message>
  <message>
   <source>there are no weights here</source>
   <translation>hier sind keine Gewichte</translation>
  </message>
  <message>
   <source>there are several files of weights here</source>
   <translation>hier sind mehrere Dateien mit Gewichten</translation>
  </message>
  <message>
   <source>there are weights already</source>
   <translation>es gibt schon Gewichte</translation>
  </message>
  <message>
   <source>there is no such file</source>
   <translation>diese Datei gibt es nicht</translation>
  </message>
  <message>
   <source>there is nothing here</source>
   <translation>hier ist nichts</translation>
  </message>
  <message>
   <source>this is no reranker</source>
   <translation>dieses Modell kann nicht genau hinsehen</translation>
  </message>
  <message>
   <source>this is no such reranker</source>
   <translation>dieses Modell zum genauen Hinsehen gibt es nicht</translation>
  </message>
  <message>
   <source>this is no whole safetensors file</source>
   <translation>das ist keine ganze safetensors-Datei</translation>
  </message>
  <message>
   <source>this model finds no photos, it only reranks</source>
   <translation>dieses Modell findet keine Fotos, es sieht nur genau hin</translation>
  </message>
  <message>
   <source>this reranker needs a graphics card</source>
   <translation>dieses Modell braucht eine Grafikkarte</translation>
  </message>
  <message>
   <source>this reranker needs an optional part</source>
   <translation>für dieses Modell fehlt ein Zusatz</translation>
  </message>
  <message>
   <source>try again</source>
   <translation>versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>try again later</source>
   <translation>versuchen Sie es später noch einmal</translation>
  </message>
  <message>
   <source>try again later, or fetch the files by hand and import it from a folder on the Models page</source>
   <translation>versuchen Sie es später noch einmal oder laden Sie die Dateien von Hand und importieren Sie sie auf der Seite „Modelle“ aus einem Ordner</translation>
  </message>
  <message>
   <source>try again later, or import it from a folder on the Models page</source>
   <translation>versuchen Sie es später noch einmal oder importieren Sie es auf der Seite „Modelle“ aus einem Ordner</translation>
  </message>
  <message>
   <source>update Afterimage</source>
   <translation>aktualisieren Sie Afterimage</translation>
  </message>
  <message>
   <source>use another model: where that has no head of its own, this one reranks for it</source>
   <translation>verwenden Sie ein anderes Modell: Hat es keinen eigenen Kopf, sieht dieses für es genau hin</translation>
  </message>
  <message>
   <source>use blip-itm-base, or a model with a head of its own</source>
   <translation>verwenden Sie blip-itm-base oder ein Modell mit eigenem Kopf</translation>
  </message>
  <message>
   <source>use letters, digits, . _ and -</source>
   <translation>verwenden Sie Buchstaben, Ziffern, . _ und -</translation>
  </message>
  <message>
   <source>use one version of Afterimage</source>
   <translation>verwenden Sie nur eine Version von Afterimage</translation>
  </message>
  <message>
   <source>use words, and / between levels, as in places/Norway</source>
   <translation>verwenden Sie Wörter und / zwischen den Ebenen, wie in Orte/Norwegen</translation>
  </message>
  <message>
   <source>wait for it</source>
   <translation>warten Sie darauf</translation>
  </message>
  <message>
   <source>wait for it, or pause it</source>
   <translation>warten Sie darauf oder halten Sie es an</translation>
  </message>
  <message>
   <source>wait until it is done</source>
   <translation>warten Sie, bis es fertig ist</translation>
  </message>
  <message>
   <source>wait until it is done or close it, then try again</source>
   <translation>warten Sie, bis es fertig ist, oder schließen Sie es, und versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>what was fetched is kept; run the same command again</source>
   <translation>bisher Geladenes bleibt erhalten; versuchen Sie es noch einmal</translation>
  </message>
  <message>
   <source>what was read of this file is no whole safetensors</source>
   <translation>was gelesen wurde, ist keine ganze safetensors-Datei</translation>
  </message>
  <message>
   <source>yours was kept; change it here, or in the program that wrote the sidecar</source>
   <translation>Ihre Angabe wurde behalten; ändern Sie sie hier oder in dem Programm, das die Filialdatei geschrieben hat</translation>
  </message>
 </context>
 <context>
  <name>menus</name>
  <message>
   <source>Add tags…</source>
   <translation>Stichwörter hinzufügen …</translation>
  </message>
  <message>
   <source>Add to collection…</source>
   <translation>Zu Sammlung hinzufügen …</translation>
  </message>
  <message>
   <source>Blue</source>
   <translation>Blau</translation>
  </message>
  <message>
   <source>Copy %s</source>
   <translation>%s kopieren</translation>
  </message>
  <message>
   <source>Copy path</source>
   <translation>Pfad kopieren</translation>
  </message>
  <message>
   <source>Copy paths</source>
   <translation>Pfade kopieren</translation>
  </message>
  <message>
   <source>Copy photo</source>
   <translation>Foto kopieren</translation>
  </message>
  <message>
   <source>Copy place</source>
   <translation>Aufnahmeort kopieren</translation>
  </message>
  <message>
   <source>Export copies…</source>
   <translation>Kopien exportieren …</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Go on with this folder</source>
   <translation>Mit diesem Ordner fortfahren</translation>
  </message>
  <message>
   <source>Green</source>
   <translation>Grün</translation>
  </message>
  <message>
   <source>Less like this</source>
   <translation>Weniger davon</translation>
  </message>
  <message>
   <source>Look for new photos</source>
   <translation>Nach neuen Fotos suchen</translation>
  </message>
  <message>
   <source>More info</source>
   <translation>Mehr Angaben</translation>
  </message>
  <message>
   <source>More like this</source>
   <translation>Mehr davon</translation>
  </message>
  <message>
   <source>No flag</source>
   <translation>Keine Markierung</translation>
  </message>
  <message>
   <source>No rating</source>
   <translation>Keine Bewertung</translation>
  </message>
  <message>
   <source>No, it does not</source>
   <translation>Nein, das passt nicht</translation>
  </message>
  <message>
   <source>Open in default app</source>
   <translation>In Standard-App öffnen</translation>
  </message>
  <message>
   <source>Pause this folder</source>
   <translation>Diesen Ordner anhalten</translation>
  </message>
  <message>
   <source>Photo</source>
   <translation>Foto</translation>
  </message>
  <message>
   <source>Pick</source>
   <translation>Als ausgewählt markieren</translation>
  </message>
  <message>
   <source>Quick collection</source>
   <translation>Schnellsammlung</translation>
  </message>
  <message>
   <source>Rating, flag, label</source>
   <translation>Bewertung, Markierung, Farbe</translation>
  </message>
  <message>
   <source>Red</source>
   <translation>Rot</translation>
  </message>
  <message>
   <source>Reject</source>
   <translation>Als abgelehnt markieren</translation>
  </message>
  <message>
   <source>Remove from Afterimage…</source>
   <translation>Aus Afterimage entfernen …</translation>
  </message>
  <message>
   <source>Show all %s</source>
   <translation>Alle %s anzeigen</translation>
  </message>
  <message>
   <source>Show in file manager</source>
   <translation>Im Dateimanager anzeigen</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Im Ordner anzeigen</translation>
  </message>
  <message>
   <source>Side by side</source>
   <translation>Nebeneinander</translation>
  </message>
  <message>
   <source>Tag all that match…</source>
   <translation>Alle verschlagworten, die passen …</translation>
  </message>
  <message>
   <source>Take out of %s</source>
   <translation>Aus %s entfernen</translation>
  </message>
  <message>
   <source>View large</source>
   <translation>Groß anzeigen</translation>
  </message>
  <message>
   <source>Yellow</source>
   <translation>Gelb</translation>
  </message>
  <message>
   <source>Yes, this matches</source>
   <translation>Ja, das passt</translation>
  </message>
 </context>
 <context>
  <name>order</name>
  <message>
   <source>Best match first</source>
   <translation>Passendste zuerst</translation>
  </message>
  <message>
   <source>Best rated first</source>
   <translation>Am besten bewertete zuerst</translation>
  </message>
  <message>
   <source>By file name</source>
   <translation>Nach Dateinamen</translation>
  </message>
  <message>
   <source>Newest first</source>
   <translation>Neueste zuerst</translation>
  </message>
  <message>
   <source>Oldest first</source>
   <translation>Älteste zuerst</translation>
  </message>
  <message>
   <source>Order of the photos</source>
   <translation>Reihenfolge der Fotos</translation>
  </message>
 </context>
 <context>
  <name>tag_looks</name>
  <message>
   <source>%d of %d</source>
   <translation>%d von %d</translation>
  </message>
  <message>
   <source>%s, likely to %s. Press to give the tag.</source>
   <translation>%s, zu %s wahrscheinlich. Zum Vergeben anklicken.</translation>
  </message>
  <message>
   <source>%s: given by the model, not looked at. Press to confirm.</source>
   <translation>%s: vom Modell vergeben, noch nicht geprüft. Zum Bestätigen anklicken.</translation>
  </message>
  <message>
   <source>%s: given by you</source>
   <translation>%s: von Ihnen vergeben</translation>
  </message>
  <message>
   <source>%s: read from the file. Press to make it yours.</source>
   <translation>%s: aus der Datei gelesen. Zum Übernehmen anklicken.</translation>
  </message>
  <message>
   <source>Some of these photos carry it. Press to give it to all.</source>
   <translation>Einige dieser Fotos haben es. Anklicken vergibt es an alle.</translation>
  </message>
 </context>
 <context>
  <name>tag_wording</name>
  <message>
   <source>Added %s to %s</source>
   <translation>%s zu %s hinzugefügt</translation>
  </message>
  <message>
   <source>Changed the tags of %s</source>
   <translation>Stichwörter von %s geändert</translation>
  </message>
  <message>
   <source>Deleted the tag %s from %s</source>
   <translation>Stichwort %s von %s gelöscht</translation>
  </message>
  <message>
   <source>Labelled %s %s</source>
   <translation>Farbe für %s: %s</translation>
  </message>
  <message>
   <source>Moved %s: renamed collection %s</source>
   <translation>%s verschoben: Sammlung %s umbenannt</translation>
  </message>
  <message>
   <source>Nothing to redo</source>
   <translation>Nichts wiederherzustellen</translation>
  </message>
  <message>
   <source>Nothing to undo</source>
   <translation>Nichts rückgängig zu machen</translation>
  </message>
  <message>
   <source>Picked %s</source>
   <translation>%s ausgewählt</translation>
  </message>
  <message>
   <source>Rated %s %s</source>
   <translation>Bewertung für %s: %s</translation>
  </message>
  <message>
   <source>Redone: %s</source>
   <translation>Wiederhergestellt: %s</translation>
  </message>
  <message>
   <source>Rejected %s</source>
   <translation>%s abgelehnt</translation>
  </message>
  <message>
   <source>Renamed %s to %s on %s</source>
   <translation>%s in %s umbenannt, bei %s</translation>
  </message>
  <message>
   <source>Tagged %s with %s</source>
   <translation>%s verschlagwortet: %s</translation>
  </message>
  <message>
   <source>Took %s off %s</source>
   <translation>%s von %s entfernt</translation>
  </message>
  <message>
   <source>Took %s out of %s</source>
   <translation>%s aus %s entfernt</translation>
  </message>
  <message>
   <source>Took %s out of the collection %s</source>
   <translation>%s aus der Sammlung %s entfernt</translation>
  </message>
  <message>
   <source>Took the flag off %s</source>
   <translation>Markierung von %s entfernt</translation>
  </message>
  <message>
   <source>Took the label off %s</source>
   <translation>Farbe von %s entfernt</translation>
  </message>
  <message>
   <source>Took the rating off %s</source>
   <translation>Bewertung von %s entfernt</translation>
  </message>
  <message>
   <source>Undone: %s</source>
   <translation>Rückgängig gemacht: %s</translation>
  </message>
 </context>
</TS>
