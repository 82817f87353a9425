<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru_RU" sourcelanguage="en">
<context>
    <name>console</name>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>+  -</source>
        <translation>+  -</translation>
    </message>
    <message>
        <source>+ Add a block</source>
        <translation>+ Добавить блок</translation>
    </message>
    <message>
        <source>,</source>
        <translation> </translation>
    </message>
    <message>
        <source>0 = all</source>
        <translation>0 = все</translation>
    </message>
    <message>
        <source>A change below this does not count as progress.</source>
        <translation>Меньшее изменение не считается улучшением.</translation>
    </message>
    <message>
        <source>A change of these ends a window</source>
        <translation>Смена этих значений завершает окно</translation>
    </message>
    <message>
        <source>A checkpoint was not saved. {reason}</source>
        <translation>Контрольная точка не сохранена. {reason}</translation>
    </message>
    <message>
        <source>A few real steps with the chosen data and settings; takes a quarter of a minute.</source>
        <translation>Несколько настоящих шагов с выбранными данными и настройками; занимает около четверти минуты.</translation>
    </message>
    <message>
        <source>A hundred windows</source>
        <translation>На сто окон</translation>
    </message>
    <message>
        <source>A longer step from row to row ends a window</source>
        <translation>Более долгий перерыв между строками завершает окно</translation>
    </message>
    <message>
        <source>A name is made of letters, digits, “.”, “-” and “_”.</source>
        <translation>Имя состоит из латинских букв, цифр, «.», «-» и «_».</translation>
    </message>
    <message>
        <source>A number is needed.</source>
        <translation>Нужно число.</translation>
    </message>
    <message>
        <source>A run of several trainings does each of them in one process.</source>
        <translation>Запуск из нескольких обучений ведёт каждое из них в одном процессе.</translation>
    </message>
    <message>
        <source>A run whose best model says what it sees in the window</source>
        <translation>Запуск, лучшая модель которого оценивает показанное окно</translation>
    </message>
    <message>
        <source>A running training is not touched. Details: {log}</source>
        <translation>Идущее обучение не затронуто. Подробности: {log}</translation>
    </message>
    <message>
        <source>A running training tells every five seconds what it uses.</source>
        <translation>Идущее обучение каждые пять секунд сообщает, сколько ресурсов оно занимает.</translation>
    </message>
    <message>
        <source>A setting in Configure is not valid.</source>
        <translation>Одна из настроек на странице «Настройка» недопустима.</translation>
    </message>
    <message>
        <source>A small network for a first look.</source>
        <translation>Небольшая сеть для первого взгляда.</translation>
    </message>
    <message>
        <source>A training is running</source>
        <translation>Идёт обучение</translation>
    </message>
    <message>
        <source>A training is running. Stop it or wait until it ends.</source>
        <translation>Идёт обучение. Остановите его или дождитесь конца.</translation>
    </message>
    <message>
        <source>A whole number is needed.</source>
        <translation>Нужно целое число.</translation>
    </message>
    <message>
        <source>A window sees</source>
        <translation>Окно охватывает</translation>
    </message>
    <message>
        <source>About Training Console</source>
        <translation>О программе</translation>
    </message>
    <message>
        <source>About this dataset</source>
        <translation>Об этом наборе данных</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Точность</translation>
    </message>
    <message>
        <source>Actions for presets</source>
        <translation>Действия с наборами настроек</translation>
    </message>
    <message>
        <source>Add each block's input to its output.</source>
        <translation>Прибавлять вход каждого блока к его выходу.</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>В очередь</translation>
    </message>
    <message>
        <source>Add without a check</source>
        <translation>Добавить без проверки</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Добавлено</translation>
    </message>
    <message>
        <source>Additive attention units</source>
        <translation>Ширина аддитивного внимания</translation>
    </message>
    <message>
        <source>After this epoch</source>
        <translation>После этой эпохи</translation>
    </message>
    <message>
        <source>All epochs</source>
        <translation>Все эпохи</translation>
    </message>
    <message>
        <source>All fields are back at the preset.</source>
        <translation>Все поля возвращены к набору настроек.</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Все файлы</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>Все запуски</translation>
    </message>
    <message>
        <source>Alt ↑  Alt ↓</source>
        <translation>Alt ↑  Alt ↓</translation>
    </message>
    <message>
        <source>Always guessing {name} would be right in {share}.</source>
        <translation>Если всегда отвечать {name}, верно будет в {share} случаев.</translation>
    </message>
    <message>
        <source>An epoch</source>
        <translation>Эпоха</translation>
    </message>
    <message>
        <source>Analysing data</source>
        <translation>Анализ данных</translation>
    </message>
    <message>
        <source>Announcements</source>
        <translation>Оповещения</translation>
    </message>
    <message>
        <source>Applies at epoch {epoch}.</source>
        <translation>Вступит в силу с эпохи {epoch}.</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Стрелки</translation>
    </message>
    <message>
        <source>Arrows move the crosshair, + and - zoom, F shows everything.</source>
        <translation>Стрелки двигают перекрестие, + и - меняют масштаб, F показывает всё.</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>Как в файле</translation>
    </message>
    <message>
        <source>As it will be stored</source>
        <translation>Как будет сохранено</translation>
    </message>
    <message>
        <source>Asking the training…</source>
        <translation>Спрашиваем обучение…</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Одновременно</translation>
    </message>
    <message>
        <source>Attempt {attempt} goes on from step {step}</source>
        <translation>Попытка {attempt} продолжается с шага {step}</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Внимание</translation>
    </message>
    <message>
        <source>Attention dropout</source>
        <translation>Прореживание внимания</translation>
    </message>
    <message>
        <source>Attention heads; must divide twice the hidden size.</source>
        <translation>Число голов внимания; удвоенный размер скрытого слоя должен на него делиться.</translation>
    </message>
    <message>
        <source>Augmentation</source>
        <translation>Аугментация</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Назад</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>Баланс классов</translation>
    </message>
    <message>
        <source>Balancing</source>
        <translation>Балансировка</translation>
    </message>
    <message>
        <source>Balancing classes</source>
        <translation>Выравнивание классов</translation>
    </message>
    <message>
        <source>Bare weights that any reader can check.</source>
        <translation>Только веса: их легко проверить любой программой.</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Размер пакета</translation>
    </message>
    <message>
        <source>Batches added up before one step.</source>
        <translation>Сколько пакетов складывается перед одним шагом.</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>Перед запуском</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Начало</translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation>Лучшая F1</translation>
    </message>
    <message>
        <source>Best MCC</source>
        <translation>Лучший MCC</translation>
    </message>
    <message>
        <source>Best so far</source>
        <translation>Лучшая на сейчас</translation>
    </message>
    <message>
        <source>Best so far: {metric} {value} at epoch {epoch}</source>
        <translation>Лучшее на сейчас: {metric} {value}, эпоха {epoch}</translation>
    </message>
    <message>
        <source>Best: {about}</source>
        <translation>Лучшая: {about}</translation>
    </message>
    <message>
        <source>Block {n} halves time</source>
        <translation>Блок {n} вдвое сжимает время</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Блоки</translation>
    </message>
    <message>
        <source>Blocks that each combinatorial fold tests.</source>
        <translation>Сколько блоков проверяет каждое сочетание.</translation>
    </message>
    <message>
        <source>Book levels</source>
        <translation>Уровней стакана</translation>
    </message>
    <message>
        <source>Brier score</source>
        <translation>Оценка Брайера</translation>
    </message>
    <message>
        <source>Brier score {value}</source>
        <translation>оценка Брайера {value}</translation>
    </message>
    <message>
        <source>By class</source>
        <translation>По классам</translation>
    </message>
    <message>
        <source>C</source>
        <translation>C</translation>
    </message>
    <message>
        <source>CPU threads</source>
        <translation>Потоки процессора</translation>
    </message>
    <message>
        <source>CPU {share}</source>
        <translation>ЦП {share}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Chance to skip a residual block for a sample while training.</source>
        <translation>Вероятность пропустить остаточный блок для примера во время обучения.</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Изменить</translation>
    </message>
    <message>
        <source>Change settings of the run…</source>
        <translation>Изменить настройки запуска…</translation>
    </message>
    <message>
        <source>Change settings of this run</source>
        <translation>Настройки этого запуска</translation>
    </message>
    <message>
        <source>Change settings of this run (Ctrl+L)</source>
        <translation>Изменить настройки этого запуска (Ctrl+L)</translation>
    </message>
    <message>
        <source>Change settings…</source>
        <translation>Изменить настройки…</translation>
    </message>
    <message>
        <source>Change the settings</source>
        <translation>Изменить настройки</translation>
    </message>
    <message>
        <source>Changed by you.</source>
        <translation>Изменено вами.</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Изменить…</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Каналы</translation>
    </message>
    <message>
        <source>Channels of block {n}</source>
        <translation>Каналы блока {n}</translation>
    </message>
    <message>
        <source>Check resume</source>
        <translation>Проверить возобновление</translation>
    </message>
    <message>
        <source>Check what the label values mean, and say so.</source>
        <translation>Проверьте, что означают значения меток, и отметьте это.</translation>
    </message>
    <message>
        <source>Checking the data first…</source>
        <translation>Сначала проверяются данные…</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Контрольная точка</translation>
    </message>
    <message>
        <source>Checkpoint of epoch {epoch}, step {step} saved ({size})</source>
        <translation>Сохранена контрольная точка: эпоха {epoch}, шаг {step} ({size})</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>Контрольные точки</translation>
    </message>
    <message>
        <source>Choose a dataset to look into its windows.</source>
        <translation>Выберите набор данных, чтобы посмотреть его окна.</translation>
    </message>
    <message>
        <source>Choose a field to read what it does.</source>
        <translation>Выберите поле, и здесь появится пояснение.</translation>
    </message>
    <message>
        <source>Choose another format, or other files.</source>
        <translation>Выберите другой формат или другие файлы.</translation>
    </message>
    <message>
        <source>Choose data and presets, then start a training.</source>
        <translation>Выберите данные и настройки, затем запустите обучение.</translation>
    </message>
    <message>
        <source>Choose the data files.</source>
        <translation>Выберите файлы с данными.</translation>
    </message>
    <message>
        <source>Choose this data in Configure to see it with your own label and split.</source>
        <translation>Выберите эти данные на странице «Настройка», чтобы увидеть их со своей меткой и разбиением.</translation>
    </message>
    <message>
        <source>Choose...</source>
        <translation>Выбрать…</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Выберите…</translation>
    </message>
    <message>
        <source>Chosen files</source>
        <translation>Выбранные файлы</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Класс</translation>
    </message>
    <message>
        <source>Class mix of all labelled rows</source>
        <translation>Доли классов среди размеченных строк</translation>
    </message>
    <message>
        <source>Class mix of the windows</source>
        <translation>Доли классов в окнах</translation>
    </message>
    <message>
        <source>Class shares</source>
        <translation>Доли классов</translation>
    </message>
    <message>
        <source>Class weights</source>
        <translation>Веса классов</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Классы</translation>
    </message>
    <message>
        <source>Classes are made from future prices by the balancing preset.</source>
        <translation>Классы строятся по будущим ценам, правило задаёт балансировка.</translation>
    </message>
    <message>
        <source>Click shows or hides, double click shows this curve alone</source>
        <translation>Щелчок показывает или скрывает кривую, двойной оставляет только её</translation>
    </message>
    <message>
        <source>Click to choose what the column is</source>
        <translation>Щёлкните, чтобы указать роль столбца</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>Отсечение</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Закрыть окно</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Закрыть это сообщение</translation>
    </message>
    <message>
        <source>Code generated for this model and machine; takes a minute at the start and is used only where a timing says that it is faster.</source>
        <translation>Код, созданный для этой модели и этого компьютера; создаётся около минуты и применяется, только если по замеру он быстрее.</translation>
    </message>
    <message>
        <source>Collapse grace</source>
        <translation>Отсрочка при вырождении</translation>
    </message>
    <message>
        <source>Colours for larger values (-)</source>
        <translation>Цвета для больших значений (-)</translation>
    </message>
    <message>
        <source>Colours for smaller or larger values</source>
        <translation>Цвета для меньших или больших значений</translation>
    </message>
    <message>
        <source>Colours for smaller values (+)</source>
        <translation>Цвета для меньших значений (+)</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Столбец</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Столбцы</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Команды</translation>
    </message>
    <message>
        <source>Commands…</source>
        <translation>Команды…</translation>
    </message>
    <message>
        <source>Compilation</source>
        <translation>Компиляция</translation>
    </message>
    <message>
        <source>Computers that train together and share the workspace; each of the others runs `training-console runs join`.</source>
        <translation>Сколько компьютеров обучают вместе на общей рабочей папке; на каждом из остальных запустите `training-console runs join`.</translation>
    </message>
    <message>
        <source>Confidence weight</source>
        <translation>Вес уверенности</translation>
    </message>
    <message>
        <source>Configure</source>
        <translation>Настройка</translation>
    </message>
    <message>
        <source>Configure: {name} {value}</source>
        <translation>Настроить: {name} {value}</translation>
    </message>
    <message>
        <source>Confusion matrix</source>
        <translation>Матрица ошибок</translation>
    </message>
    <message>
        <source>Confusion, rows true</source>
        <translation>Матрица ошибок, по строкам истинный класс</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Convolution</source>
        <translation>Свёртка</translation>
    </message>
    <message>
        <source>Convolution blocks</source>
        <translation>Свёрточные блоки</translation>
    </message>
    <message>
        <source>Convolution layout</source>
        <translation>Направление свёртки</translation>
    </message>
    <message>
        <source>Convolutions see</source>
        <translation>Свёртки видят</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Скопировано.</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Скопировать текстом</translation>
    </message>
    <message>
        <source>Copy data</source>
        <translation>Копировать данные</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Копировать подробности</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>Копировать рисунок</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>Копировать журнал</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Копировать рисунок</translation>
    </message>
    <message>
        <source>Crashed</source>
        <translation>Прервано</translation>
    </message>
    <message>
        <source>Creating the model</source>
        <translation>Создание модели</translation>
    </message>
    <message>
        <source>Ctrl ←  →</source>
        <translation>Ctrl ←  →</translation>
    </message>
    <message>
        <source>Cycle growth</source>
        <translation>Рост цикла</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмное</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Данные</translation>
    </message>
    <message>
        <source>Data files</source>
        <translation>Файлы с данными</translation>
    </message>
    <message>
        <source>Data health: checking…</source>
        <translation>Состояние данных: проверяется…</translation>
    </message>
    <message numerus="yes">
        <source>Data health: {n} problems</source>
        <translation>
            <numerusform>Состояние данных: {n} проблема</numerusform>
            <numerusform>Состояние данных: {n} проблемы</numerusform>
            <numerusform>Состояние данных: {n} проблем</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Data health: {n} warnings</source>
        <translation>
            <numerusform>Состояние данных: {n} предупреждение</numerusform>
            <numerusform>Состояние данных: {n} предупреждения</numerusform>
            <numerusform>Состояние данных: {n} предупреждений</numerusform>
        </translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>Набор данных</translation>
    </message>
    <message>
        <source>Datasets</source>
        <translation>Наборы данных</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Дата</translation>
    </message>
    <message>
        <source>Day, added to times of day</source>
        <translation>День, к которому относится время суток</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Дни</translation>
    </message>
    <message>
        <source>Days before each day that scaling by previous days takes.</source>
        <translation>Сколько дней перед каждым днём берётся, если масштаб считается по предыдущим дням.</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Del</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Подробности</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>Подробнее…</translation>
    </message>
    <message>
        <source>Deterministic kernels</source>
        <translation>Повторяемые вычисления</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>Отклонение</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Устройство</translation>
    </message>
    <message>
        <source>Different from the presets</source>
        <translation>Отличия от наборов настроек</translation>
    </message>
    <message>
        <source>Direction weight</source>
        <translation>Вес направления</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Диск</translation>
    </message>
    <message>
        <source>Disk, MB/s</source>
        <translation>Диск, МБ/с</translation>
    </message>
    <message>
        <source>Distance (KS)</source>
        <translation>Расстояние (КС)</translation>
    </message>
    <message>
        <source>Doctor</source>
        <translation>Доктор</translation>
    </message>
    <message>
        <source>Doctor ({n})</source>
        <translation>Доктор ({n})</translation>
    </message>
    <message>
        <source>Doctor: it has passed. {what}</source>
        <translation>Доктор: прошло. {what}</translation>
    </message>
    <message>
        <source>Doctor: {what}</source>
        <translation>Доктор: {what}</translation>
    </message>
    <message>
        <source>Don't add</source>
        <translation>Не добавлять</translation>
    </message>
    <message>
        <source>Don't close</source>
        <translation>Не закрывать</translation>
    </message>
    <message>
        <source>Don't start</source>
        <translation>Не запускать</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Готово</translation>
    </message>
    <message>
        <source>Done: {what}</source>
        <translation>Готово: {what}</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>Сдвиг</translation>
    </message>
    <message>
        <source>Drift (PSI)</source>
        <translation>Сдвиг (PSI)</translation>
    </message>
    <message>
        <source>Drop files or a folder here. Parquet, CSV, LOBSTER, FI-2010, order-by-order captures and exchange streams are recognised.</source>
        <translation>Перетащите сюда файлы или папку. Распознаются Parquet, CSV, LOBSTER, FI-2010, записи отдельных заявок и биржевые потоки.</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Прореживание</translation>
    </message>
    <message>
        <source>Dropout between LSTM layers; no effect with a single layer.</source>
        <translation>Прореживание между слоями LSTM; при одном слое не действует.</translation>
    </message>
    <message>
        <source>Dropout in the convolution blocks and in the heads.</source>
        <translation>Прореживание в свёрточных блоках и выходных головах.</translation>
    </message>
    <message>
        <source>Dropout on the attention weights.</source>
        <translation>Прореживание весов внимания.</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Создать копию</translation>
    </message>
    <message>
        <source>Duplicate the preset</source>
        <translation>Копия набора настроек</translation>
    </message>
    <message>
        <source>Duplicate…</source>
        <translation>Создать копию…</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Длилось</translation>
    </message>
    <message>
        <source>Each batch is computed in so many parts, which several processes can share; results depend on the parts, not on the processes.</source>
        <translation>На столько частей делится каждый пакет; части можно раздать нескольким процессам. Результат зависит от числа частей, а не процессов.</translation>
    </message>
    <message>
        <source>Each cycle is this many times as long as the one before.</source>
        <translation>Во сколько раз каждый цикл длиннее предыдущего.</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Раньше</translation>
    </message>
    <message>
        <source>Earlier or later in the queue</source>
        <translation>Раньше или позже в очереди</translation>
    </message>
    <message>
        <source>Embargo</source>
        <translation>Эмбарго</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Конец</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Эпоха</translation>
    </message>
    <message>
        <source>Epoch after</source>
        <translation>Следующая эпоха</translation>
    </message>
    <message>
        <source>Epoch before</source>
        <translation>Предыдущая эпоха</translation>
    </message>
    <message>
        <source>Epoch {epoch}</source>
        <translation>Эпоха {epoch}</translation>
    </message>
    <message>
        <source>Epoch {epoch}: train {train}, validation {validation}, accuracy {accuracy}, macro F1 {f1}</source>
        <translation>Эпоха {epoch}: обучение {train}, проверка {validation}, точность {accuracy}, макро-F1 {f1}</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Эпохи</translation>
    </message>
    <message>
        <source>Epochs between kept checkpoints; the latest state is always saved.</source>
        <translation>Через сколько эпох оставлять контрольную точку; последнее состояние сохраняется всегда.</translation>
    </message>
    <message>
        <source>Epochs, at most</source>
        <translation>Эпох, не больше</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Ошибки</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>Оценить</translation>
    </message>
    <message>
        <source>Evaluations without progress before the rate is reduced.</source>
        <translation>Сколько проверок без улучшения ждать перед снижением скорости.</translation>
    </message>
    <message>
        <source>Evaluations without progress before training stops; 0 never stops.</source>
        <translation>Сколько проверок без улучшения ждать до остановки; 0 не останавливает никогда.</translation>
    </message>
    <message>
        <source>Every training of this workspace is listed here, with its figures and your notes.</source>
        <translation>Здесь собраны все обучения рабочей папки: их показатели и ваши заметки.</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Всё</translation>
    </message>
    <message>
        <source>Everything is saved, then the process ends</source>
        <translation>Всё сохраняется, затем процесс завершается</translation>
    </message>
    <message>
        <source>Exponential decay</source>
        <translation>Экспоненциальное убывание</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Экспортировать</translation>
    </message>
    <message>
        <source>Export a model</source>
        <translation>Экспорт модели</translation>
    </message>
    <message>
        <source>Export the model…</source>
        <translation>Экспорт модели…</translation>
    </message>
    <message>
        <source>Export the preset</source>
        <translation>Экспорт набора настроек</translation>
    </message>
    <message>
        <source>Export to a file…</source>
        <translation>Экспорт в файл…</translation>
    </message>
    <message>
        <source>Export...</source>
        <translation>Экспорт…</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>Экспортировано в {path}</translation>
    </message>
    <message>
        <source>Extra purge</source>
        <translation>Добавочный зазор</translation>
    </message>
    <message>
        <source>F</source>
        <translation>F</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>F1 by class</source>
        <translation>F1 по классам</translation>
    </message>
    <message>
        <source>F2</source>
        <translation>F2</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Ошибка</translation>
    </message>
    <message>
        <source>Feature dropout</source>
        <translation>Выпадение признаков</translation>
    </message>
    <message>
        <source>Feature under the cursor</source>
        <translation>Признак под курсором</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Признаки</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Файл</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Файлы</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>Файлы…</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Найти</translation>
    </message>
    <message>
        <source>Find a column</source>
        <translation>Найти столбец</translation>
    </message>
    <message>
        <source>Find a run</source>
        <translation>Найти запуск</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Найти настройку</translation>
    </message>
    <message>
        <source>Find a symbol</source>
        <translation>Найти инструмент</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Завершено</translation>
    </message>
    <message>
        <source>First and last epoch</source>
        <translation>Первая и последняя эпоха</translation>
    </message>
    <message>
        <source>First and last window</source>
        <translation>Первое и последнее окно</translation>
    </message>
    <message>
        <source>First epochs in which a collapse is neither reported nor acted on.</source>
        <translation>В эти первые эпохи о вырождении не сообщается, и обучение не останавливается.</translation>
    </message>
    <message>
        <source>First restart after</source>
        <translation>Первый перезапуск через</translation>
    </message>
    <message>
        <source>First rows of the file</source>
        <translation>Первые строки файла</translation>
    </message>
    <message>
        <source>Fitted on the training rows only, or for each day on the days before it; saved with the run.</source>
        <translation>Подбирается только по обучающим строкам или для каждого дня по дням до него; сохраняется вместе с обучением.</translation>
    </message>
    <message>
        <source>Fixed labels of 0.1 %, class weights, no oversampling.</source>
        <translation>Постоянный порог меток 0,1 %, веса классов, без повтора редких.</translation>
    </message>
    <message>
        <source>Fixed threshold</source>
        <translation>Постоянный порог</translation>
    </message>
    <message>
        <source>Focal gamma</source>
        <translation>Гамма фокальных потерь</translation>
    </message>
    <message>
        <source>Focal loss</source>
        <translation>Фокальные потери</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Разрез</translation>
    </message>
    <message>
        <source>Fold {n}</source>
        <translation>Разрез {n}</translation>
    </message>
    <message>
        <source>Fold {n} of {total}</source>
        <translation>Разрез {n} из {total}</translation>
    </message>
    <message>
        <source>Folder of data files</source>
        <translation>Папка с файлами данных</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Папка…</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Следовать</translation>
    </message>
    <message>
        <source>Follow the newest epoch</source>
        <translation>Следовать за последней эпохой</translation>
    </message>
    <message>
        <source>For 60 days of data and more.</source>
        <translation>Для 60 дней данных и больше.</translation>
    </message>
    <message>
        <source>For 7 to 30 days of data.</source>
        <translation>Для 7–30 дней данных.</translation>
    </message>
    <message>
        <source>For other programs and fast answers, one row or many.</source>
        <translation>Для других программ и быстрых ответов, по одной строке или по многу.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Формат</translation>
    </message>
    <message>
        <source>Forms</source>
        <translation>Формы</translation>
    </message>
    <message>
        <source>From checkpoint</source>
        <translation>От контрольной точки</translation>
    </message>
    <message>
        <source>GPU {share}</source>
        <translation>GPU {share}</translation>
    </message>
    <message>
        <source>GPU, %</source>
        <translation>GPU, %</translation>
    </message>
    <message>
        <source>Gaussian noise</source>
        <translation>Гауссов шум</translation>
    </message>
    <message>
        <source>Give more weight to windows that are hard (Lin et al. 2017).</source>
        <translation>Больше веса трудным окнам (Lin и др., 2017).</translation>
    </message>
    <message>
        <source>Give rare classes more weight in the loss.</source>
        <translation>Больше веса редким классам в функции потерь.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Going on</source>
        <translation>Продолжаем</translation>
    </message>
    <message>
        <source>Gradient accumulation</source>
        <translation>Накопление градиента</translation>
    </message>
    <message>
        <source>Gradient checkpointing</source>
        <translation>Пересчёт вместо памяти</translation>
    </message>
    <message>
        <source>Gradient clipping</source>
        <translation>Ограничение градиента</translation>
    </message>
    <message>
        <source>Gradient shards</source>
        <translation>Части градиента</translation>
    </message>
    <message>
        <source>Guessed from the names and the first rows: please check.</source>
        <translation>Предположено по названиям и первым строкам: проверьте.</translation>
    </message>
    <message>
        <source>Half-precision arithmetic, where the device has it.</source>
        <translation>Вычисления с половинной точностью, если устройство умеет.</translation>
    </message>
    <message>
        <source>Halve time in block</source>
        <translation>Сжатие времени в блоке</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Головы</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Справка</translation>
    </message>
    <message>
        <source>Here you watch a training live: loss and accuracy of every epoch, the best model so far, checkpoints and the log.</source>
        <translation>Здесь видно, как идёт обучение: потери и точность каждой эпохи, лучшая модель, контрольные точки и журнал.</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>Размер скрытого слоя</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>Скрыть подробности</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Гистограмма</translation>
    </message>
    <message>
        <source>Histogram of the column</source>
        <translation>Гистограмма столбца</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Придержать</translation>
    </message>
    <message>
        <source>Home  End</source>
        <translation>Home  End</translation>
    </message>
    <message>
        <source>Horizon</source>
        <translation>Горизонт</translation>
    </message>
    <message>
        <source>Hosts</source>
        <translation>Компьютеры</translation>
    </message>
    <message>
        <source>How a future price move becomes SELL, HOLD or BUY; limits come from training rows.</source>
        <translation>Как будущее движение цены становится SELL, HOLD или BUY; границы берутся из обучающих строк.</translation>
    </message>
    <message>
        <source>How class weights follow from class counts.</source>
        <translation>Как веса классов получаются из их числа.</translation>
    </message>
    <message>
        <source>How class weights follow from class counts: inverse, its square root, logarithm, or effective number of samples (Cui et al. 2019).</source>
        <translation>Как веса классов получаются из их числа: обратная доля, её корень, логарифм или эффективное число примеров (Cui и др., 2019).</translation>
    </message>
    <message>
        <source>How many checkpoints to keep beside the best one.</source>
        <translation>Сколько контрольных точек хранить помимо лучшей.</translation>
    </message>
    <message>
        <source>How many consecutive rows the network sees at once.</source>
        <translation>Сколько строк подряд сеть видит сразу.</translation>
    </message>
    <message>
        <source>How many levels of the book are kept on each side.</source>
        <translation>Сколько уровней стакана сохранять с каждой стороны.</translation>
    </message>
    <message>
        <source>How strongly easy windows are played down; 0 is cross-entropy.</source>
        <translation>Насколько ослабляются лёгкие окна; 0 даёт обычную перекрёстную энтропию.</translation>
    </message>
    <message>
        <source>How the learning rate changes from epoch to epoch.</source>
        <translation>Как скорость обучения меняется от эпохи к эпохе.</translation>
    </message>
    <message>
        <source>How the weights are drawn before training.</source>
        <translation>Как выбираются начальные веса.</translation>
    </message>
    <message>
        <source>I have checked what the values mean</source>
        <translation>Значения проверены, всё верно</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Импортировать</translation>
    </message>
    <message>
        <source>Import a preset</source>
        <translation>Импорт набора настроек</translation>
    </message>
    <message>
        <source>Import data</source>
        <translation>Импорт данных</translation>
    </message>
    <message>
        <source>Import data…</source>
        <translation>Импорт данных…</translation>
    </message>
    <message>
        <source>Import from a file…</source>
        <translation>Импорт из файла…</translation>
    </message>
    <message>
        <source>Import your market data: tables of features, candles, order books or captured streams. Or start with a simulated order book.</source>
        <translation>Импортируйте свои рыночные данные: таблицы признаков, свечи, стаканы или записанные потоки. Или начните со смоделированного стакана.</translation>
    </message>
    <message>
        <source>Importing and checking…</source>
        <translation>Импорт и проверка…</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Импорт…</translation>
    </message>
    <message>
        <source>In plots</source>
        <translation>На графиках</translation>
    </message>
    <message>
        <source>In the window inspector</source>
        <translation>При просмотре окон</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>Вход</translation>
    </message>
    <message>
        <source>Input features</source>
        <translation>Входные признаки</translation>
    </message>
    <message>
        <source>Input normalisation</source>
        <translation>Нормализация входа</translation>
    </message>
    <message>
        <source>It rose more after SELL than after BUY: is the order right?</source>
        <translation>После SELL она росла сильнее, чем после BUY: не перепутан ли порядок?</translation>
    </message>
    <message>
        <source>Judge by</source>
        <translation>Судить по</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Хранить</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Пусть продолжается</translation>
    </message>
    <message>
        <source>Keep the last row</source>
        <translation>Оставить последнюю строку</translation>
    </message>
    <message>
        <source>Kernel size of block {n}</source>
        <translation>Размер ядра блока {n}</translation>
    </message>
    <message>
        <source>Kernel sizes</source>
        <translation>Размеры ядер</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Сочетания клавиш</translation>
    </message>
    <message>
        <source>Kind of the mid-price</source>
        <translation>Вид средней цены</translation>
    </message>
    <message>
        <source>L</source>
        <translation>L</translation>
    </message>
    <message>
        <source>LSTM dropout</source>
        <translation>Прореживание LSTM</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Метка</translation>
    </message>
    <message>
        <source>Label column; empty takes the first, or labels made from prices.</source>
        <translation>Столбец метки; если пусто, берётся первый или метки строятся по ценам.</translation>
    </message>
    <message>
        <source>Label rule</source>
        <translation>Правило метки</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>Сглаживание меток</translation>
    </message>
    <message>
        <source>Label source</source>
        <translation>Источник меток</translation>
    </message>
    <message>
        <source>Label, split and window length are those that Configure shows now.</source>
        <translation>Метка, разбиение и длина окна взяты со страницы «Настройка».</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Метки</translation>
    </message>
    <message>
        <source>Labels aimed at a 30/40/30 mix, oversampling to 0.7.</source>
        <translation>Метки под доли 30/40/30, повтор редких до 0,7.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Largest difference</source>
        <translation>Наибольшее расхождение</translation>
    </message>
    <message>
        <source>Largest gradient norm; 0 is off.</source>
        <translation>Наибольшая норма градиента; 0 выключает.</translation>
    </message>
    <message>
        <source>Last check {when}: nothing to look at.</source>
        <translation>Последняя проверка {when}: замечаний нет.</translation>
    </message>
    <message>
        <source>Last check {when}: {finding}</source>
        <translation>Последняя проверка {when}: {finding}</translation>
    </message>
    <message>
        <source>Last days</source>
        <translation>Последние дни</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Позже</translation>
    </message>
    <message>
        <source>Layer normalisation</source>
        <translation>Нормализация слоя</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Слои</translation>
    </message>
    <message>
        <source>Learned normalisation inside the network: bilinear (Tran et al. 2021) or reversible instance normalisation (Kim et al. 2022).</source>
        <translation>Обучаемая нормализация внутри сети: билинейная (Tran и др., 2021) или обратимая по окну (Kim и др., 2022).</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Скорость обучения</translation>
    </message>
    <message>
        <source>Learning rate floor</source>
        <translation>Нижний предел скорости</translation>
    </message>
    <message>
        <source>Leave the row out</source>
        <translation>Пропустить строку</translation>
    </message>
    <message>
        <source>Length of the convolution in each block; odd numbers.</source>
        <translation>Длина свёртки в каждом блоке; нечётные числа.</translation>
    </message>
    <message>
        <source>Length of the first cosine cycle (warm restarts).</source>
        <translation>Длина первого косинусного цикла (с перезапусками).</translation>
    </message>
    <message>
        <source>Let it train until its first checkpoint, then export again.</source>
        <translation>Дождитесь первой контрольной точки и экспортируйте снова.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлое</translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Load mapping…</source>
        <translation>Загрузить описание…</translation>
    </message>
    <message>
        <source>Loading data</source>
        <translation>Загрузка данных</translation>
    </message>
    <message>
        <source>Loading it back and comparing</source>
        <translation>Загрузка файла и сравнение</translation>
    </message>
    <message>
        <source>Loading the data of the run…</source>
        <translation>Загружаются данные запуска…</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Журнал</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>Логарифмический масштаб</translation>
    </message>
    <message>
        <source>Logarithmic scale (L)</source>
        <translation>Логарифмический масштаб (L)</translation>
    </message>
    <message>
        <source>Logarithmic scale of {title}</source>
        <translation>Логарифмический масштаб: {title}</translation>
    </message>
    <message>
        <source>Long and strongly regularised.</source>
        <translation>Долго и с сильной регуляризацией.</translation>
    </message>
    <message>
        <source>Longest stretch of rows set to zero, as a share of the window.</source>
        <translation>Наибольшая доля окна, которую можно обнулить подряд.</translation>
    </message>
    <message>
        <source>Looking through the data…</source>
        <translation>Просматриваются данные…</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Потери</translation>
    </message>
    <message>
        <source>Lower percentile</source>
        <translation>Нижний процентиль</translation>
    </message>
    <message>
        <source>Lowest rate of a cycle</source>
        <translation>Низшая скорость цикла</translation>
    </message>
    <message>
        <source>MCC</source>
        <translation>MCC</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Компьютер</translation>
    </message>
    <message>
        <source>Macro F1</source>
        <translation>Макро-F1</translation>
    </message>
    <message>
        <source>Macro F1 by training: {mean}, {low} to {high}</source>
        <translation>Макро-F1 по обучениям: {mean}, от {low} до {high}</translation>
    </message>
    <message>
        <source>Make the simulated sample</source>
        <translation>Создать смоделированный образец</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>Описание столбцов</translation>
    </message>
    <message>
        <source>Mapping of the columns</source>
        <translation>Описание столбцов</translation>
    </message>
    <message>
        <source>Mappings</source>
        <translation>Описания столбцов</translation>
    </message>
    <message>
        <source>Market data</source>
        <translation>Рыночные данные</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Среднее</translation>
    </message>
    <message>
        <source>Mean move of the price after {label} = {moves}</source>
        <translation>Среднее движение цены после {label} = {moves}</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>Измерить снова</translation>
    </message>
    <message>
        <source>Measured with other settings.</source>
        <translation>Измерено при других настройках.</translation>
    </message>
    <message>
        <source>Measuring: CPU threads…</source>
        <translation>Измеряются потоки процессора…</translation>
    </message>
    <message>
        <source>Measuring: loading the data…</source>
        <translation>Замер: загружаются данные…</translation>
    </message>
    <message>
        <source>Measuring: memory of a step…</source>
        <translation>Измеряется память одного шага…</translation>
    </message>
    <message>
        <source>Measuring: speed…</source>
        <translation>Измеряется скорость…</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Идёт замер…</translation>
    </message>
    <message>
        <source>Meeting point</source>
        <translation>Место встречи</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Память</translation>
    </message>
    <message>
        <source>Memory of the GPU</source>
        <translation>Память видеокарты</translation>
    </message>
    <message>
        <source>Memory, GB</source>
        <translation>Память, ГБ</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Сообщение</translation>
    </message>
    <message>
        <source>Meters</source>
        <translation>Ресурсы</translation>
    </message>
    <message>
        <source>Mid price</source>
        <translation>Средняя цена</translation>
    </message>
    <message>
        <source>Mid-price</source>
        <translation>Средняя цена</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Пропуски</translation>
    </message>
    <message>
        <source>MixUp alpha</source>
        <translation>MixUp: альфа</translation>
    </message>
    <message>
        <source>MixUp chance</source>
        <translation>MixUp: доля пакетов</translation>
    </message>
    <message>
        <source>Mixed precision</source>
        <translation>Смешанная точность</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Модель</translation>
    </message>
    <message>
        <source>Model and trainer</source>
        <translation>Модель и обучение</translation>
    </message>
    <message>
        <source>More about the run</source>
        <translation>Подробности обучения</translation>
    </message>
    <message>
        <source>Move the crosshair</source>
        <translation>Двигать перекрестие</translation>
    </message>
    <message>
        <source>Moves above this percentile are BUY.</source>
        <translation>Движения выше этого процентиля дают BUY.</translation>
    </message>
    <message>
        <source>Moves below this percentile are SELL.</source>
        <translation>Движения ниже этого процентиля дают SELL.</translation>
    </message>
    <message>
        <source>Multi-head attention</source>
        <translation>Многоголовое внимание</translation>
    </message>
    <message>
        <source>Multi-head attention with learned positions; off means simple additive attention.</source>
        <translation>Многоголовое внимание с обучаемыми позициями; без него простое аддитивное.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Name in this workspace</source>
        <translation>Имя в этом рабочем каталоге</translation>
    </message>
    <message>
        <source>Name of an imported dataset; empty takes the feature store or the sample.</source>
        <translation>Имя импортированного набора; если пусто, берётся хранилище признаков или образец.</translation>
    </message>
    <message>
        <source>Name of the copy</source>
        <translation>Имя копии</translation>
    </message>
    <message>
        <source>Name of the new preset</source>
        <translation>Имя нового набора настроек</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Нужно ваше решение</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Новое имя</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Последняя</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Далее</translation>
    </message>
    <message>
        <source>Next window</source>
        <translation>Следующее окно</translation>
    </message>
    <message>
        <source>No checkpoint had been saved yet.</source>
        <translation>Ни одной контрольной точки ещё не было сохранено.</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>Данных пока нет</translation>
    </message>
    <message>
        <source>No epoch yet</source>
        <translation>Эпох пока нет</translation>
    </message>
    <message>
        <source>No run</source>
        <translation>Нет обучения</translation>
    </message>
    <message>
        <source>No run contains all these words.</source>
        <translation>Нет запусков, в которых есть все эти слова.</translation>
    </message>
    <message>
        <source>No run yet</source>
        <translation>Обучений пока нет</translation>
    </message>
    <message>
        <source>No schedule goes below this rate.</source>
        <translation>Ниже этой скорости расписание не опускается.</translation>
    </message>
    <message>
        <source>No step is recorded behind a checkpoint yet.</source>
        <translation>После контрольной точки ещё не записано ни одного шага.</translation>
    </message>
    <message>
        <source>No symbol is chosen.</source>
        <translation>Не выбран ни один инструмент.</translation>
    </message>
    <message>
        <source>No window fits this choice.</source>
        <translation>Под этот выбор не подходит ни одно окно.</translation>
    </message>
    <message>
        <source>Noise added to the inputs, in units of the scaled feature.</source>
        <translation>Шум, добавляемый ко входу, в единицах нормированного признака.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Нет</translation>
    </message>
    <message>
        <source>Normalise the output of the LSTM.</source>
        <translation>Нормировать выход LSTM.</translation>
    </message>
    <message>
        <source>Not answering</source>
        <translation>Не отвечает</translation>
    </message>
    <message>
        <source>Not measured: {reason}</source>
        <translation>Измерить не удалось: {reason}</translation>
    </message>
    <message>
        <source>Not split: {reason}</source>
        <translation>Не разбито: {reason}</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Заметка</translation>
    </message>
    <message>
        <source>Nothing is called that</source>
        <translation>Ничего с таким названием нет</translation>
    </message>
    <message>
        <source>Nothing to worry about so far.</source>
        <translation>Пока беспокоиться не о чем.</translation>
    </message>
    <message>
        <source>Nothing waits. Trainings that you add to the queue are started one after the other, also while the window is closed.</source>
        <translation>Очередь пуста. Добавленные в неё обучения запускаются одно за другим, даже когда окно закрыто.</translation>
    </message>
    <message>
        <source>Nothing. The presets are used as they are.</source>
        <translation>Отличий нет, наборы настроек взяты как есть.</translation>
    </message>
    <message>
        <source>Now, keeping everything</source>
        <translation>Сейчас, всё сохранив</translation>
    </message>
    <message>
        <source>Number of feature columns of the data; follows the chosen data.</source>
        <translation>Число столбцов с признаками; определяется выбранными данными.</translation>
    </message>
    <message>
        <source>Number of the window</source>
        <translation>Номер окна</translation>
    </message>
    <message>
        <source>ONNX</source>
        <translation>ONNX</translation>
    </message>
    <message>
        <source>ONNX model (*.onnx)</source>
        <translation>Модель ONNX (*.onnx)</translation>
    </message>
    <message>
        <source>Of files that do not name one; empty takes the file's own.</source>
        <translation>Для файлов без инструмента; пусто — инструмент из файла.</translation>
    </message>
    <message>
        <source>Of files that only hold times of day, such as 2024-01-31.</source>
        <translation>Для файлов, где есть только время суток; например, 2024-01-31.</translation>
    </message>
    <message>
        <source>Of the whole training; 100 % is one processor core</source>
        <translation>Всё обучение целиком; 100 % — одно ядро процессора</translation>
    </message>
    <message>
        <source>On a loss that is no number</source>
        <translation>Если потеря не число</translation>
    </message>
    <message>
        <source>On disk they are read in blocks and shuffled within groups of blocks; automatic does so when they would take more than half of the free memory.</source>
        <translation>С диска строки читаются блоками и перемешиваются внутри групп блоков; автоматически так делается, если они заняли бы больше половины свободной памяти.</translation>
    </message>
    <message>
        <source>On the Runs page</source>
        <translation>На странице «Запуски»</translation>
    </message>
    <message>
        <source>One cut in time; or folds that walk forward, training on all earlier days or on a rolling stretch; or blocks of which some are tested and the others trained on.</source>
        <translation>Один разрез по времени; либо блоки, идущие вперёд: обучение на всех прежних днях или на скользящем отрезке; либо сочетания блоков, из которых одни проверяются, а на других идёт обучение.</translation>
    </message>
    <message>
        <source>One training; the same training with several seeds; or one for every fold of the split.</source>
        <translation>Одно обучение; то же обучение с несколькими начальными числами; или по одному на каждый разрез.</translation>
    </message>
    <message>
        <source>Only reproducible kernels, even where slower.</source>
        <translation>Только повторяемые вычисления, даже если они медленнее.</translation>
    </message>
    <message>
        <source>Only the last days of the data; 0 takes all.</source>
        <translation>Только последние дни данных; 0 берёт все.</translation>
    </message>
    <message>
        <source>Only while another window is in front</source>
        <translation>Только пока впереди другое окно</translation>
    </message>
    <message>
        <source>Open Configure</source>
        <translation>Открыть настройку</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Открыть папку</translation>
    </message>
    <message>
        <source>Optimisation</source>
        <translation>Оптимизация</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Параметры</translation>
    </message>
    <message>
        <source>Other ways to pause</source>
        <translation>Другие способы приостановить</translation>
    </message>
    <message>
        <source>Other ways to stop</source>
        <translation>Другие способы остановить</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Выход</translation>
    </message>
    <message>
        <source>Output channels of each convolution block.</source>
        <translation>Выходные каналы каждого свёрточного блока.</translation>
    </message>
    <message>
        <source>Oversampling</source>
        <translation>Повтор редких классов</translation>
    </message>
    <message>
        <source>Oversampling ratio</source>
        <translation>Доля после повтора</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Обзор</translation>
    </message>
    <message>
        <source>Page Up  Page Down</source>
        <translation>Page Up  Page Down</translation>
    </message>
    <message>
        <source>Page {name}</source>
        <translation>Страница «{name}»</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Параметры</translation>
    </message>
    <message>
        <source>Parquet or CSV files</source>
        <translation>Файлы Parquet или CSV</translation>
    </message>
    <message numerus="yes">
        <source>Parts of the data shorter than the window give no windows; the shortest has {n} rows.</source>
        <translation>
            <numerusform>Участки короче окна окон не дают; в самом коротком {n} строка.</numerusform>
            <numerusform>Участки короче окна окон не дают; в самом коротком {n} строки.</numerusform>
            <numerusform>Участки короче окна окон не дают; в самом коротком {n} строк.</numerusform>
        </translation>
    </message>
    <message>
        <source>Passes over the training windows.</source>
        <translation>Сколько раз пройти по обучающим окнам.</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>Терпение</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Пауза</translation>
    </message>
    <message>
        <source>Pause and free the memory</source>
        <translation>Пауза с освобождением памяти</translation>
    </message>
    <message>
        <source>Pause or continue</source>
        <translation>Пауза или продолжение</translation>
    </message>
    <message>
        <source>Pause, keeping the memory</source>
        <translation>Пауза, память остаётся занятой</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Пауза</translation>
    </message>
    <message>
        <source>Paused, memory freed</source>
        <translation>Пауза, память свободна</translation>
    </message>
    <message>
        <source>Pausing</source>
        <translation>Ставим на паузу</translation>
    </message>
    <message>
        <source>Pausing, then freeing the memory</source>
        <translation>Приостанавливаем и освобождаем память</translation>
    </message>
    <message>
        <source>Percentile labels, oversampling to half of the largest class, focal loss.</source>
        <translation>Метки по процентилям, повтор редких до половины самого частого класса, фокальные потери.</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>Рисунок (*.png)</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Место</translation>
    </message>
    <message>
        <source>Plateau factor</source>
        <translation>Множитель на плато</translation>
    </message>
    <message>
        <source>Plateau patience</source>
        <translation>Терпение на плато</translation>
    </message>
    <message>
        <source>Plot of {title}</source>
        <translation>График: {title}</translation>
    </message>
    <message>
        <source>Pooled test: macro F1 {f1}, MCC {mcc}</source>
        <translation>Общий тест: макро-F1 {f1}, MCC {mcc}</translation>
    </message>
    <message>
        <source>Prepared</source>
        <translation>Подготовлено</translation>
    </message>
    <message>
        <source>Preparing the plots</source>
        <translation>Готовим графики</translation>
    </message>
    <message>
        <source>Preparing the simulated sample…</source>
        <translation>Готовим смоделированный образец…</translation>
    </message>
    <message>
        <source>Preparing the windows…</source>
        <translation>Подготовка окон…</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Наборы настроек</translation>
    </message>
    <message>
        <source>Previous and next window</source>
        <translation>Предыдущее и следующее окно</translation>
    </message>
    <message>
        <source>Previous days</source>
        <translation>Предыдущих дней</translation>
    </message>
    <message>
        <source>Previous window</source>
        <translation>Предыдущее окно</translation>
    </message>
    <message numerus="yes">
        <source>Price 0 with size 0 is an empty side ({n} levels)</source>
        <translation>
            <numerusform>Цена 0 и объём 0 — пустая сторона ({n} уровень)</numerusform>
            <numerusform>Цена 0 и объём 0 — пустая сторона ({n} уровня)</numerusform>
            <numerusform>Цена 0 и объём 0 — пустая сторона ({n} уровней)</numerusform>
        </translation>
    </message>
    <message>
        <source>Price and split</source>
        <translation>Цена и разбиение</translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Процессы</translation>
    </message>
    <message>
        <source>Processes that share the work on each host, by torchrun.</source>
        <translation>Сколько процессов делят работу на каждом компьютере; их запускает torchrun.</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Процессор</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Ход экспорта</translation>
    </message>
    <message>
        <source>Pulls weights to zero; never applied to norms and biases.</source>
        <translation>Тянет веса к нулю; нормировки и смещения не затрагивает.</translation>
    </message>
    <message>
        <source>Put {field} back to the preset</source>
        <translation>Вернуть поле «{field}» к набору настроек</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>PyTorch file (*.pt)</source>
        <translation>Файл PyTorch (*.pt)</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Очередь</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>В очереди</translation>
    </message>
    <message>
        <source>RAM {size}</source>
        <translation>ОЗУ {size}</translation>
    </message>
    <message>
        <source>Rare classes are raised to this share of the largest class.</source>
        <translation>Редкие классы доводятся до этой доли самого частого.</translation>
    </message>
    <message>
        <source>Reading the checkpoint</source>
        <translation>Чтение контрольной точки</translation>
    </message>
    <message>
        <source>Recognise</source>
        <translation>Распознать</translation>
    </message>
    <message>
        <source>Recognised: {name}</source>
        <translation>Распознано: {name}</translation>
    </message>
    <message>
        <source>Recompute the convolutions in the backward pass: less memory, slower.</source>
        <translation>Пересчитывать свёртки на обратном проходе: меньше памяти, но медленнее.</translation>
    </message>
    <message>
        <source>Recurrent</source>
        <translation>Рекуррентная часть</translation>
    </message>
    <message>
        <source>Regularisation</source>
        <translation>Регуляризация</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>Замечания</translation>
    </message>
    <message>
        <source>Remove block {n}</source>
        <translation>Убрать блок {n}</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Переименовать</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Переименование набора настроек</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Переименовать…</translation>
    </message>
    <message>
        <source>Repeat recorded steps from a checkpoint and compare every bit; only reads.</source>
        <translation>Повторить записанные шаги с контрольной точки и сравнить каждый бит; запуск только читается.</translation>
    </message>
    <message>
        <source>Repeat windows of rare classes while training.</source>
        <translation>Повторять окна редких классов во время обучения.</translation>
    </message>
    <message>
        <source>Repeating steps: {done} of {total}</source>
        <translation>Повторяются шаги: {done} из {total}</translation>
    </message>
    <message>
        <source>Reset all to the preset</source>
        <translation>Вернуть всё к набору настроек</translation>
    </message>
    <message>
        <source>Residual connections</source>
        <translation>Остаточные связи</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Возобновить</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Продолжить все</translation>
    </message>
    <message>
        <source>Resume check</source>
        <translation>Проверка возобновления</translation>
    </message>
    <message>
        <source>Resume run</source>
        <translation>Продолжить обучение</translation>
    </message>
    <message>
        <source>Resume the run</source>
        <translation>Продолжить прерванное обучение</translation>
    </message>
    <message>
        <source>Return weight</source>
        <translation>Вес доходности</translation>
    </message>
    <message>
        <source>Reweight channels by their global average in each block.</source>
        <translation>Взвешивать каналы каждого блока по их среднему.</translation>
    </message>
    <message>
        <source>Row under the cursor</source>
        <translation>Строка под курсором</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Строки</translation>
    </message>
    <message>
        <source>Rows ahead for labels made from prices.</source>
        <translation>На сколько строк вперёд смотрит метка, построенная по ценам.</translation>
    </message>
    <message>
        <source>Rows are</source>
        <translation>Шаг строк</translation>
    </message>
    <message>
        <source>Rows as they will be stored</source>
        <translation>Строки в том виде, в каком они будут сохранены</translation>
    </message>
    <message>
        <source>Rows between the ends of neighbouring training windows.</source>
        <translation>Сколько строк между концами соседних обучающих окон.</translation>
    </message>
    <message>
        <source>Rows left out beyond the window length and the label horizon.</source>
        <translation>Сколько строк пропустить сверх длины окна и горизонта метки.</translation>
    </message>
    <message>
        <source>Rows that {label} looks ahead</source>
        <translation>На сколько строк вперёд смотрит {label}</translation>
    </message>
    <message>
        <source>Rows: the true class. Columns: what the model said.</source>
        <translation>По строкам истинный класс, по столбцам ответ модели.</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Запуск</translation>
    </message>
    <message>
        <source>Run type</source>
        <translation>Вид запуска</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Идёт</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>SELL, HOLD and BUY.</source>
        <translation>SELL, HOLD и BUY.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>Save a checkpoint now</source>
        <translation>Сохранить контрольную точку сейчас</translation>
    </message>
    <message>
        <source>Save as a new preset</source>
        <translation>Сохранение нового набора настроек</translation>
    </message>
    <message>
        <source>Save as a new preset…</source>
        <translation>Сохранить как новый набор…</translation>
    </message>
    <message>
        <source>Save changes to this preset</source>
        <translation>Сохранить изменения в этом наборе</translation>
    </message>
    <message>
        <source>Save data</source>
        <translation>Сохранение данных</translation>
    </message>
    <message>
        <source>Save data...</source>
        <translation>Сохранить данные…</translation>
    </message>
    <message>
        <source>Save every</source>
        <translation>Сохранять каждые</translation>
    </message>
    <message>
        <source>Save mapping…</source>
        <translation>Сохранить описание…</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Сохранение рисунка</translation>
    </message>
    <message>
        <source>Save picture...</source>
        <translation>Сохранить рисунок…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Сохранено</translation>
    </message>
    <message>
        <source>Saving a checkpoint</source>
        <translation>Сохраняем контрольную точку</translation>
    </message>
    <message>
        <source>Saving the model</source>
        <translation>Сохранение модели</translation>
    </message>
    <message>
        <source>Scaled values beyond this are cut; 0 is off.</source>
        <translation>Нормированные значения за этим пределом отсекаются; 0 выключает.</translation>
    </message>
    <message>
        <source>Scaling</source>
        <translation>Масштаб</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>Расписание</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Начальное число</translation>
    </message>
    <message>
        <source>Seed {n}</source>
        <translation>Число {n}</translation>
    </message>
    <message>
        <source>Seed {n}, {index} of {total}</source>
        <translation>Число {n}, {index} из {total}</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Начальные числа</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Выбрать все</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>Снять все</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>Длина окна</translation>
    </message>
    <message>
        <source>Sequence length {length} is longer than the longest symbol, {rows} rows.</source>
        <translation>Длина окна {length} больше, чем строк у самого длинного инструмента: {rows}.</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Сессия</translation>
    </message>
    <message>
        <source>Set up a training</source>
        <translation>Настроить обучение</translation>
    </message>
    <message>
        <source>Set {name} to {value}</source>
        <translation>Задать: {name} {value}</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Настройка</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Настройки…</translation>
    </message>
    <message>
        <source>Shape of the mixing weight (Zhang et al. 2018); 0 is off.</source>
        <translation>Форма веса смешивания (Zhang и др., 2018); 0 выключает.</translation>
    </message>
    <message>
        <source>Share judged once, at the very end.</source>
        <translation>Доля, которую оценивают один раз, в самом конце.</translation>
    </message>
    <message>
        <source>Share of the batches that are mixed.</source>
        <translation>Доля смешиваемых пакетов.</translation>
    </message>
    <message>
        <source>Share of the confidence head in the total loss.</source>
        <translation>Доля головы уверенности в общих потерях.</translation>
    </message>
    <message>
        <source>Share of the days (or rows) used for training, in time order.</source>
        <translation>Доля дней (или строк) для обучения, по порядку времени.</translation>
    </message>
    <message>
        <source>Share of the direction head in the total loss.</source>
        <translation>Доля головы направления в общих потерях.</translation>
    </message>
    <message>
        <source>Share of the expected-return head in the total loss.</source>
        <translation>Доля головы ожидаемой доходности в общих потерях.</translation>
    </message>
    <message>
        <source>Share of the features set to zero in a window.</source>
        <translation>Доля признаков, обнуляемых в окне.</translation>
    </message>
    <message>
        <source>Share of the rows left out before each later split, after purging.</source>
        <translation>Доля строк, пропускаемых перед каждой следующей частью, сверх зазора.</translation>
    </message>
    <message>
        <source>Share of the target spread over the other classes.</source>
        <translation>Доля цели, распределяемая между остальными классами.</translation>
    </message>
    <message>
        <source>Share used to choose the best epoch.</source>
        <translation>Доля, по которой выбирается лучшая эпоха.</translation>
    </message>
    <message>
        <source>Shift ←  →</source>
        <translation>Shift ←  →</translation>
    </message>
    <message>
        <source>Short, without augmentation, for a first look.</source>
        <translation>Коротко и без аугментации, для первого взгляда.</translation>
    </message>
    <message>
        <source>Shortest part</source>
        <translation>Кратчайший</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Показать</translation>
    </message>
    <message>
        <source>Show all runs</source>
        <translation>Показать все запуски</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Показать подробности</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Показать всё</translation>
    </message>
    <message>
        <source>Show everything again and follow the run (F)</source>
        <translation>Снова показать всё и следовать за обучением (F)</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Свернуть</translation>
    </message>
    <message>
        <source>Show me</source>
        <translation>Показать</translation>
    </message>
    <message>
        <source>Show the field</source>
        <translation>Показать поле</translation>
    </message>
    <message>
        <source>Show the findings</source>
        <translation>Показать находки</translation>
    </message>
    <message>
        <source>Show the newest</source>
        <translation>Показать текущее</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Показать очередь</translation>
    </message>
    <message>
        <source>Show the run</source>
        <translation>Показать запуск</translation>
    </message>
    <message>
        <source>Simulated data: good for trying things out, its scores say nothing about a market.</source>
        <translation>Смоделированные данные: годятся для проб, о рынке их оценки ничего не говорят.</translation>
    </message>
    <message>
        <source>Simulated order book. Its scores say nothing about a market.</source>
        <translation>Смоделированный стакан. О рынке его оценки ничего не говорят.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>Место на диске</translation>
    </message>
    <message>
        <source>Skip at most</source>
        <translation>Пропустить не больше</translation>
    </message>
    <message>
        <source>Slow and steady, for 7 to 30 days of data.</source>
        <translation>Медленно и ровно, для 7–30 дней данных.</translation>
    </message>
    <message>
        <source>Smallest move that is not HOLD; 0.001 is 0.1 %.</source>
        <translation>Наименьшее движение, которое уже не HOLD; 0.001 это 0,1 %.</translation>
    </message>
    <message>
        <source>Smallest progress</source>
        <translation>Наименьшее улучшение</translation>
    </message>
    <message>
        <source>Smoothing of the batch curve</source>
        <translation>Сглаживание кривой по пакетам</translation>
    </message>
    <message>
        <source>Smoothing of the batch curve (S)</source>
        <translation>Сглаживание кривой по пакетам (S)</translation>
    </message>
    <message>
        <source>Smoothing on or off</source>
        <translation>Включить или выключить сглаживание</translation>
    </message>
    <message>
        <source>Something went wrong.</source>
        <translation>Что-то пошло не так.</translation>
    </message>
    <message>
        <source>Sort the rows of each symbol by time</source>
        <translation>Упорядочить строки каждого инструмента по времени</translation>
    </message>
    <message>
        <source>Span</source>
        <translation>Период</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Разбиение</translation>
    </message>
    <message>
        <source>Split and balancing</source>
        <translation>Разбиение и балансировка</translation>
    </message>
    <message>
        <source>Split and scaling</source>
        <translation>Разбиение и масштаб</translation>
    </message>
    <message>
        <source>Split method</source>
        <translation>Способ разбиения</translation>
    </message>
    <message>
        <source>Squeeze-excite</source>
        <translation>Взвешивание каналов (SE)</translation>
    </message>
    <message>
        <source>Stacked LSTM layers.</source>
        <translation>Число слоёв LSTM.</translation>
    </message>
    <message>
        <source>Start nothing more for now</source>
        <translation>Пока больше ничего не запускать</translation>
    </message>
    <message>
        <source>Start the next ones again</source>
        <translation>Снова запускать следующие</translation>
    </message>
    <message>
        <source>Start this one next</source>
        <translation>Запустить следующим</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Начать обучение</translation>
    </message>
    <message>
        <source>Start when its turn comes</source>
        <translation>Запустить, когда подойдёт очередь</translation>
    </message>
    <message>
        <source>Start without a check</source>
        <translation>Запустить без проверки</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Начато</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Запускается</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Шаг</translation>
    </message>
    <message>
        <source>Step size of AdamW at the top of the schedule.</source>
        <translation>Размер шага AdamW в верхней точке расписания.</translation>
    </message>
    <message>
        <source>Step {step} of {total}</source>
        <translation>Шаг {step} из {total}</translation>
    </message>
    <message>
        <source>Steps in a row that may be skipped; ten times as many over the whole run.</source>
        <translation>Столько шагов подряд можно пропустить; за весь запуск — вдесятеро больше.</translation>
    </message>
    <message>
        <source>Steps in an epoch</source>
        <translation>Шагов в эпохе</translation>
    </message>
    <message>
        <source>Steps repeated</source>
        <translation>Повторено шагов</translation>
    </message>
    <message>
        <source>Stochastic depth</source>
        <translation>Случайная глубина</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Остановить</translation>
    </message>
    <message>
        <source>Stop after this epoch</source>
        <translation>Остановить после эпохи</translation>
    </message>
    <message>
        <source>Stop now, keeping everything</source>
        <translation>Остановить сейчас, всё сохранив</translation>
    </message>
    <message>
        <source>Stop on class collapse</source>
        <translation>Стоп при вырождении классов</translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation>Прервать импорт</translation>
    </message>
    <message>
        <source>Stop when nearly every prediction is one class; otherwise only warn.</source>
        <translation>Остановить, когда почти все предсказания одного класса; иначе только предупредить.</translation>
    </message>
    <message>
        <source>Stop, or leave that step out: neither weights nor moments change.</source>
        <translation>Остановиться или пропустить шаг: ни веса, ни моменты не изменятся.</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Остановлено</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Остановка</translation>
    </message>
    <message>
        <source>Stopping after epoch {epoch}</source>
        <translation>Остановится после эпохи {epoch}</translation>
    </message>
    <message>
        <source>Stopping after epoch {epoch}, about {time}</source>
        <translation>Остановится после эпохи {epoch}, примерно через {time}</translation>
    </message>
    <message>
        <source>Stopping now, keeping everything</source>
        <translation>Останавливаем, всё сохраняя</translation>
    </message>
    <message>
        <source>Strongly regularised, with squeeze-excite.</source>
        <translation>Сильная регуляризация, взвешивание каналов.</translation>
    </message>
    <message>
        <source>Switch class weights on in the loss.</source>
        <translation>Включить веса классов в функции потерь.</translation>
    </message>
    <message>
        <source>Switch for noise, MixUp, time masking and feature dropout.</source>
        <translation>Включает шум, MixUp, маскирование времени и выпадение признаков.</translation>
    </message>
    <message>
        <source>Symbol</source>
        <translation>Инструмент</translation>
    </message>
    <message>
        <source>Symbol of all rows</source>
        <translation>Символ всех строк</translation>
    </message>
    <message>
        <source>Symbols</source>
        <translation>Инструменты</translation>
    </message>
    <message>
        <source>Symbols to train on; empty takes all.</source>
        <translation>Инструменты для обучения; если пусто, берутся все.</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>Таблица (*.csv)</translation>
    </message>
    <message>
        <source>Take out of the queue</source>
        <translation>Убрать из очереди</translation>
    </message>
    <message>
        <source>Take out of the queue, or delete</source>
        <translation>Убрать из очереди или удалить</translation>
    </message>
    <message>
        <source>Take the value before</source>
        <translation>Взять предыдущее значение</translation>
    </message>
    <message>
        <source>Taken from the mapping that you loaded.</source>
        <translation>Взято из загруженного вами описания.</translation>
    </message>
    <message>
        <source>Taken from your last import of the same columns.</source>
        <translation>Взято из прошлого импорта с такими же столбцами.</translation>
    </message>
    <message>
        <source>Taken out</source>
        <translation>Убрано</translation>
    </message>
    <message>
        <source>Taken over by the trainer where it leaves its own at the default.</source>
        <translation>Передаётся обучению, если там оставлено значение по умолчанию.</translation>
    </message>
    <message>
        <source>Takes effect at the next epoch</source>
        <translation>Подействует со следующей эпохи</translation>
    </message>
    <message>
        <source>Target mix</source>
        <translation>Целевые доли</translation>
    </message>
    <message>
        <source>Temporal convolves over time with features as channels. Flattened is the slow arrangement of the old system, kept to load old checkpoints.</source>
        <translation>«По времени»: свёртка идёт по времени, признаки служат каналами. «Плоская»: медленный вариант старой системы, оставлен для её контрольных точек.</translation>
    </message>
    <message>
        <source>Ten windows</source>
        <translation>На десять окон</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Тест</translation>
    </message>
    <message>
        <source>Test part</source>
        <translation>Тестовая часть</translation>
    </message>
    <message>
        <source>Test share</source>
        <translation>Тестовая доля</translation>
    </message>
    <message>
        <source>Test windows of all folds</source>
        <translation>Тестовые окна всех разрезов</translation>
    </message>
    <message>
        <source>Test: macro F1 {f1}, MCC {mcc}</source>
        <translation>Тест: макро-F1 {f1}, MCC {mcc}</translation>
    </message>
    <message>
        <source>Tested blocks</source>
        <translation>Проверяемых блоков</translation>
    </message>
    <message>
        <source>The bottom of a cosine cycle (both cosine schedules).</source>
        <translation>Нижняя точка косинусного цикла (для обоих косинусных расписаний).</translation>
    </message>
    <message>
        <source>The checkpoint of epoch {epoch} is safe.</source>
        <translation>Контрольная точка эпохи {epoch} сохранена.</translation>
    </message>
    <message>
        <source>The data could not be checked</source>
        <translation>Данные не удалось проверить</translation>
    </message>
    <message>
        <source>The data is simulated.</source>
        <translation>Данные смоделированы.</translation>
    </message>
    <message>
        <source>The dataset “{name}” is ready.</source>
        <translation>Набор данных «{name}» готов.</translation>
    </message>
    <message>
        <source>The export was cancelled.</source>
        <translation>Экспорт отменён.</translation>
    </message>
    <message>
        <source>The figures were made but cannot be read.</source>
        <translation>Сведения посчитаны, но прочитать их не удалось.</translation>
    </message>
    <message>
        <source>The files are being read…</source>
        <translation>Файлы читаются…</translation>
    </message>
    <message>
        <source>The first rows do not fit yet.</source>
        <translation>Первые строки пока не подходят.</translation>
    </message>
    <message>
        <source>The mapping is remembered for the next files with these columns.</source>
        <translation>Описание запомнится для следующих файлов с такими столбцами.</translation>
    </message>
    <message>
        <source>The model kept is that of {name}.</source>
        <translation>Сохранена модель: {name}.</translation>
    </message>
    <message>
        <source>The model kept is that of {name}: it trains on the newest data.</source>
        <translation>Сохранена модель: {name} — она обучена на самых новых данных.</translation>
    </message>
    <message>
        <source>The model kept is that of {name}: the best on validation.</source>
        <translation>Сохранена модель: {name} — лучшая на проверке.</translation>
    </message>
    <message>
        <source>The model says {name}</source>
        <translation>Ответ модели: {name}</translation>
    </message>
    <message>
        <source>The name “sample” is kept for the simulated order book.</source>
        <translation>Имя «sample» отведено имитации стакана.</translation>
    </message>
    <message>
        <source>The network itself</source>
        <translation>Сама сеть</translation>
    </message>
    <message>
        <source>The number of days must be a whole number; 0 takes all.</source>
        <translation>Число дней должно быть целым; 0 берёт все.</translation>
    </message>
    <message>
        <source>The number of seeds must be from {low} to {high}.</source>
        <translation>Начальных чисел должно быть от {low} до {high}.</translation>
    </message>
    <message>
        <source>The preset “{name}” was deleted.</source>
        <translation>Набор настроек «{name}» удалён.</translation>
    </message>
    <message>
        <source>The preset “{name}” was imported.</source>
        <translation>Набор настроек «{name}» импортирован.</translation>
    </message>
    <message>
        <source>The preset “{name}” was saved.</source>
        <translation>Набор настроек «{name}» сохранён.</translation>
    </message>
    <message>
        <source>The queue has started {run}.</source>
        <translation>Очередь запустила {run}.</translation>
    </message>
    <message>
        <source>The rate is multiplied by this every epoch (exponential).</source>
        <translation>На это число скорость умножается каждую эпоху (экспоненциальное расписание).</translation>
    </message>
    <message>
        <source>The rate is multiplied by this on a plateau.</source>
        <translation>На это число скорость умножается на плато.</translation>
    </message>
    <message>
        <source>The same for all rows</source>
        <translation>Один для всех строк</translation>
    </message>
    <message>
        <source>The same seed with as many CPU threads on the same machine gives the same weights.</source>
        <translation>Одно и то же число при том же числе потоков на одном компьютере даёт одни и те же веса.</translation>
    </message>
    <message>
        <source>The split makes one training, not several folds.</source>
        <translation>При таком разбиении получается одно обучение, а не несколько разрезов.</translation>
    </message>
    <message>
        <source>The training did not accept the command.</source>
        <translation>Обучение не приняло команду.</translation>
    </message>
    <message>
        <source>The training ended unexpectedly.</source>
        <translation>Обучение неожиданно прервалось.</translation>
    </message>
    <message>
        <source>The training failed</source>
        <translation>Обучение не удалось</translation>
    </message>
    <message>
        <source>The training failed.</source>
        <translation>Обучение не удалось.</translation>
    </message>
    <message>
        <source>The training process ended without a word.</source>
        <translation>Процесс обучения завершился без объяснений.</translation>
    </message>
    <message>
        <source>The training refuses: {reason}</source>
        <translation>Обучение отказалось: {reason}</translation>
    </message>
    <message>
        <source>The validation figure that decides which epoch is best.</source>
        <translation>Показатель на проверочной выборке, по которому выбирается лучшая эпоха.</translation>
    </message>
    <message>
        <source>The window met an error: {message}</source>
        <translation>В окне произошла ошибка: {message}</translation>
    </message>
    <message>
        <source>The windows could not be prepared.</source>
        <translation>Подготовить окна не удалось.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Оформление</translation>
    </message>
    <message>
        <source>There is no checkpoint to check yet.</source>
        <translation>Контрольных точек для проверки пока нет.</translation>
    </message>
    <message>
        <source>There is no data yet. Import some, or use the simulated sample.</source>
        <translation>Данных пока нет. Импортируйте их или возьмите смоделированный образец.</translation>
    </message>
    <message>
        <source>This format says itself what its columns are.</source>
        <translation>Этот формат сам определяет свои столбцы.</translation>
    </message>
    <message>
        <source>This is no mapping that can be used.</source>
        <translation>Это описание нельзя использовать.</translation>
    </message>
    <message>
        <source>This run has ended.</source>
        <translation>Этот запуск завершён.</translation>
    </message>
    <message>
        <source>This run has no checkpoint yet.</source>
        <translation>У этого обучения ещё нет контрольных точек.</translation>
    </message>
    <message>
        <source>Threads for the CPU; 0 times a few steps at the first start and keeps the best number.</source>
        <translation>Число потоков процессора; при 0 первый запуск замеряет несколько шагов и оставляет лучшее число.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Время</translation>
    </message>
    <message>
        <source>Time masking</source>
        <translation>Маскирование времени</translation>
    </message>
    <message>
        <source>To checkpoint</source>
        <translation>До контрольной точки</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Обучение</translation>
    </message>
    <message>
        <source>Train on this data</source>
        <translation>Обучать на этих данных</translation>
    </message>
    <message>
        <source>Trainer</source>
        <translation>Обучение</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Обучение</translation>
    </message>
    <message>
        <source>Training Console</source>
        <translation>Training Console</translation>
    </message>
    <message>
        <source>Training ended: {reason}</source>
        <translation>Обучение закончено: {reason}</translation>
    </message>
    <message>
        <source>Training goes on without the window.</source>
        <translation>Обучение продолжится и без окна.</translation>
    </message>
    <message>
        <source>Training part</source>
        <translation>Обучающая часть</translation>
    </message>
    <message>
        <source>Training share</source>
        <translation>Обучающая доля</translation>
    </message>
    <message>
        <source>Training windows</source>
        <translation>Обучающих окон</translation>
    </message>
    <message>
        <source>Training {model} with {trainer} on {dataset}: {epochs} epochs of {steps} steps</source>
        <translation>Обучение {model} с настройками {trainer} на {dataset}, эпох: {epochs}, шагов в каждой: {steps}</translation>
    </message>
    <message>
        <source>Trainings at once</source>
        <translation>Сколько обучений идёт одновременно</translation>
    </message>
    <message>
        <source>Trainings in the run</source>
        <translation>Обучений в запуске</translation>
    </message>
    <message>
        <source>Trainings of a run with several seeds: the seed, the next one, and so on.</source>
        <translation>Сколько раз обучать: с заданным начальным числом, со следующим и так далее.</translation>
    </message>
    <message>
        <source>Trainings of the run</source>
        <translation>Обучения этого запуска</translation>
    </message>
    <message>
        <source>Trains market-direction models and keeps you in command of them.</source>
        <translation>Обучает модели направления рынка, а управляете ими вы.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Try again and go on</source>
        <translation>Повторить и продолжить</translation>
    </message>
    <message>
        <source>Type what you want to do, a setting, or a run</source>
        <translation>Введите действие, настройку или запуск</translation>
    </message>
    <message>
        <source>Unbroken parts</source>
        <translation>Участков</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Вернуть</translation>
    </message>
    <message>
        <source>Unit of the time</source>
        <translation>Единица времени</translation>
    </message>
    <message>
        <source>Units of the LSTM in each direction.</source>
        <translation>Число ячеек LSTM в каждом направлении.</translation>
    </message>
    <message>
        <source>Upper percentile</source>
        <translation>Верхний процентиль</translation>
    </message>
    <message>
        <source>Use of the machine: {reading}</source>
        <translation>Загрузка машины: {reading}</translation>
    </message>
    <message>
        <source>Use the simulated sample</source>
        <translation>Взять смоделированный образец</translation>
    </message>
    <message>
        <source>Use the stored classes, or make classes from future prices by the balancing preset.</source>
        <translation>Взять готовые классы или построить их по будущим ценам правилом балансировки.</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Проверка</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>Потери на проверке</translation>
    </message>
    <message>
        <source>Validation part</source>
        <translation>Проверочная часть</translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation>Проверочная доля</translation>
    </message>
    <message>
        <source>Value of {name}</source>
        <translation>Значение {name}</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Вид</translation>
    </message>
    <message>
        <source>Views of the dataset</source>
        <translation>Виды набора данных</translation>
    </message>
    <message>
        <source>Wait until the work in hand is done, then import again.</source>
        <translation>Дождитесь окончания текущей работы и запустите импорт снова.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Ждёт</translation>
    </message>
    <message>
        <source>Walk-forward: blocks of the test share, one for each fold. Combinatorial: blocks of all data.</source>
        <translation>Шаг вперёд: блоки тестовой доли, по одному на шаг. Сочетания: блоки всех данных.</translation>
    </message>
    <message>
        <source>Wanted shares of SELL, HOLD and BUY (target mix rule).</source>
        <translation>Желаемые доли SELL, HOLD и BUY (правило целевых долей).</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Предупреждения и ошибки</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Затухание весов</translation>
    </message>
    <message>
        <source>Weight formula</source>
        <translation>Формула весов</translation>
    </message>
    <message>
        <source>Weight initialisation</source>
        <translation>Начальные веса</translation>
    </message>
    <message>
        <source>Weights and settings, to go on working in Python.</source>
        <translation>Веса и настройки, чтобы продолжить работу в Python.</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>Что можно сделать</translation>
    </message>
    <message>
        <source>What it will take</source>
        <translation>Что потребуется</translation>
    </message>
    <message>
        <source>What should be imported?</source>
        <translation>Что импортировать?</translation>
    </message>
    <message>
        <source>What the doctor has found</source>
        <translation>Что нашёл доктор</translation>
    </message>
    <message>
        <source>When a run ends or needs me</source>
        <translation>Когда запуск закончился или ждёт меня</translation>
    </message>
    <message>
        <source>Where a time comes twice</source>
        <translation>Если время повторяется</translation>
    </message>
    <message>
        <source>Where a value is missing</source>
        <translation>Если значения нет</translation>
    </message>
    <message>
        <source>Where the rows are held</source>
        <translation>Где хранить строки</translation>
    </message>
    <message>
        <source>Which blocks halve the time axis; leave empty for every block.</source>
        <translation>Какие блоки вдвое сжимают ось времени; если пусто, все.</translation>
    </message>
    <message>
        <source>Which features are made of the book or the candles.</source>
        <translation>Какие признаки строить по стакану или свечам.</translation>
    </message>
    <message>
        <source>Which fold is trained, counted from 1; 0 is the last.</source>
        <translation>Какой разрез обучать, считая с 1; 0 — последний.</translation>
    </message>
    <message>
        <source>Which lines to show</source>
        <translation>Какие строки показывать</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Причина</translation>
    </message>
    <message>
        <source>Width of the additive attention, when multi-head is off.</source>
        <translation>Ширина аддитивного внимания, когда многоголовое выключено.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Окно</translation>
    </message>
    <message>
        <source>Window over the price path</source>
        <translation>Окно на фоне движения цены</translation>
    </message>
    <message>
        <source>Window step</source>
        <translation>Шаг окна</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Окна</translation>
    </message>
    <message>
        <source>Windows a second</source>
        <translation>Окон в секунду</translation>
    </message>
    <message>
        <source>Windows in one optimisation step.</source>
        <translation>Сколько окон в одном шаге оптимизации.</translation>
    </message>
    <message>
        <source>With a sound</source>
        <translation>Со звуком</translation>
    </message>
    <message>
        <source>Words of the name, data, presets, state or note  (Ctrl+F)</source>
        <translation>Слова из имени, данных, наборов настроек, состояния или заметки  (Ctrl+F)</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Рабочий каталог</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Написать заметку</translation>
    </message>
    <message>
        <source>Write a note…</source>
        <translation>Написать заметку…</translation>
    </message>
    <message>
        <source>Write the model to a file (Ctrl+E)</source>
        <translation>Записать модель в файл (Ctrl+E)</translation>
    </message>
    <message>
        <source>Writing the model</source>
        <translation>Запись модели</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Записано</translation>
    </message>
    <message>
        <source>Written to {path}.</source>
        <translation>Записано в {path}.</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>Нули</translation>
    </message>
    <message>
        <source>Zoom in and out</source>
        <translation>Крупнее и мельче</translation>
    </message>
    <message>
        <source>a few of the format's own</source>
        <translation>несколько собственных признаков формата</translation>
    </message>
    <message>
        <source>a price</source>
        <translation>абсолютная</translation>
    </message>
    <message>
        <source>a relative change</source>
        <translation>относительная</translation>
    </message>
    <message>
        <source>about {n}</source>
        <translation>около {n}</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>точность</translation>
    </message>
    <message>
        <source>accuracy {value}</source>
        <translation>точность {value}</translation>
    </message>
    <message>
        <source>all</source>
        <translation>все</translation>
    </message>
    <message>
        <source>all epochs done</source>
        <translation>пройдены все эпохи</translation>
    </message>
    <message>
        <source>all folds</source>
        <translation>все разрезы</translation>
    </message>
    <message>
        <source>all trainings done</source>
        <translation>все обучения пройдены</translation>
    </message>
    <message>
        <source>all, as stored</source>
        <translation>все подряд</translation>
    </message>
    <message>
        <source>all, by group</source>
        <translation>все по группам</translation>
    </message>
    <message>
        <source>applies at epoch {epoch}</source>
        <translation>с эпохи {epoch}</translation>
    </message>
    <message>
        <source>applies at epoch {epoch}; now {value}</source>
        <translation>с эпохи {epoch}; сейчас {value}</translation>
    </message>
    <message>
        <source>as stored</source>
        <translation>как записано</translation>
    </message>
    <message>
        <source>asked for</source>
        <translation>по запросу</translation>
    </message>
    <message>
        <source>at least {low}</source>
        <translation>не меньше {low}</translation>
    </message>
    <message>
        <source>at most {high}</source>
        <translation>не больше {high}</translation>
    </message>
    <message>
        <source>attempt {attempt}</source>
        <translation>попытка {attempt}</translation>
    </message>
    <message>
        <source>auto, cpu, cuda, cuda:0 or mps.</source>
        <translation>auto, cpu, cuda, cuda:0 или mps.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>автоматически</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>обратная доля</translation>
    </message>
    <message numerus="yes">
        <source>barrier met after {n} rows</source>
        <translation>
            <numerusform>граница задета через {n} строку</numerusform>
            <numerusform>граница задета через {n} строки</numerusform>
            <numerusform>граница задета через {n} строк</numerusform>
        </translation>
    </message>
    <message>
        <source>batch</source>
        <translation>пакет</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>пакетов</translation>
    </message>
    <message>
        <source>before training</source>
        <translation>до обучения</translation>
    </message>
    <message>
        <source>best</source>
        <translation>лучшая</translation>
    </message>
    <message>
        <source>best macro F1 {value}</source>
        <translation>лучшая макро-F1 {value}</translation>
    </message>
    <message>
        <source>best {metric}</source>
        <translation>лучшее: {metric}</translation>
    </message>
    <message>
        <source>best {metric} {value} at epoch {epoch}</source>
        <translation>лучшее значение «{metric}»: {value}, эпоха {epoch}</translation>
    </message>
    <message>
        <source>bilinear (BiN)</source>
        <translation>билинейная (BiN)</translation>
    </message>
    <message>
        <source>block</source>
        <translation>блок</translation>
    </message>
    <message>
        <source>by previous days</source>
        <translation>по прошлым дням</translation>
    </message>
    <message>
        <source>calibration error</source>
        <translation>ошибка калибровки</translation>
    </message>
    <message>
        <source>calibration error {value}</source>
        <translation>ошибка калибровки {value}</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>каналы</translation>
    </message>
    <message>
        <source>checkpoints</source>
        <translation>шт.</translation>
    </message>
    <message>
        <source>chronological</source>
        <translation>по времени</translation>
    </message>
    <message>
        <source>classes from prices</source>
        <translation>классы по ценам</translation>
    </message>
    <message>
        <source>combinatorial purged</source>
        <translation>сочетания блоков с очисткой</translation>
    </message>
    <message>
        <source>compiled</source>
        <translation>включена</translation>
    </message>
    <message>
        <source>compiled, with CUDA graphs</source>
        <translation>включена, с графами CUDA</translation>
    </message>
    <message>
        <source>confidence {share}</source>
        <translation>уверенность {share}</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>постоянное</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>косинусное</translation>
    </message>
    <message>
        <source>day</source>
        <translation>день</translation>
    </message>
    <message>
        <source>day {n}</source>
        <translation>день {n}</translation>
    </message>
    <message>
        <source>days</source>
        <translation>дней</translation>
    </message>
    <message>
        <source>drift</source>
        <translation>сдвиг</translation>
    </message>
    <message>
        <source>effective number</source>
        <translation>эффективное число</translation>
    </message>
    <message>
        <source>end of epoch</source>
        <translation>конец эпохи</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>эпоха</translation>
    </message>
    <message>
        <source>epoch {epoch}</source>
        <translation>эпоха {epoch}</translation>
    </message>
    <message>
        <source>epoch {epoch} of {epochs}</source>
        <translation>эпоха {epoch} из {epochs}</translation>
    </message>
    <message>
        <source>epoch {epoch}, step {step}</source>
        <translation>эпоха {epoch}, шаг {step}</translation>
    </message>
    <message>
        <source>epoch {epoch}, step {step}, validation loss {loss}</source>
        <translation>эпоха {epoch}, шаг {step}, потери на проверке {loss}</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>эпох</translation>
    </message>
    <message>
        <source>epochs {first} to {last}</source>
        <translation>эпохи {first}–{last}</translation>
    </message>
    <message>
        <source>evaluations</source>
        <translation>проверок</translation>
    </message>
    <message>
        <source>expected return {move}</source>
        <translation>ожидаемая доходность {move}</translation>
    </message>
    <message>
        <source>exponential</source>
        <translation>экспоненциальное</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ошибка</translation>
    </message>
    <message>
        <source>feature</source>
        <translation>признак</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>завершено</translation>
    </message>
    <message>
        <source>fixed threshold</source>
        <translation>постоянный порог</translation>
    </message>
    <message>
        <source>flattened (old)</source>
        <translation>плоская (старая)</translation>
    </message>
    <message>
        <source>from future prices</source>
        <translation>по будущим ценам</translation>
    </message>
    <message>
        <source>from prices</source>
        <translation>по ценам</translation>
    </message>
    <message>
        <source>from {low} over {middle} (median) to {high}</source>
        <translation>от {low} до {high}, медиана {middle}</translation>
    </message>
    <message>
        <source>good health</source>
        <translation>замечаний нет</translation>
    </message>
    <message>
        <source>h</source>
        <translation>ч</translation>
    </message>
    <message>
        <source>halve time</source>
        <translation>сжать время</translation>
    </message>
    <message>
        <source>held</source>
        <translation>придержана</translation>
    </message>
    <message>
        <source>histogram</source>
        <translation>гистограмма</translation>
    </message>
    <message>
        <source>host:port of the first of several hosts, reachable from all of them.</source>
        <translation>host:port первого из нескольких компьютеров, доступный всем остальным.</translation>
    </message>
    <message>
        <source>in memory</source>
        <translation>в памяти</translation>
    </message>
    <message>
        <source>in no window</source>
        <translation>вне окон</translation>
    </message>
    <message>
        <source>it holds rows of two parts</source>
        <translation>в нём строки двух частей</translation>
    </message>
    <message>
        <source>its label is unknown</source>
        <translation>его метка неизвестна</translation>
    </message>
    <message>
        <source>kernel</source>
        <translation>ядро</translation>
    </message>
    <message>
        <source>label</source>
        <translation>метка</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>скорость обучения</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>не использовано</translation>
    </message>
    <message>
        <source>left out: purge and embargo</source>
        <translation>зазор: очистка и эмбарго</translation>
    </message>
    <message>
        <source>log</source>
        <translation>лог.</translation>
    </message>
    <message>
        <source>logarithm</source>
        <translation>логарифм</translation>
    </message>
    <message>
        <source>long breaks are drawn shorter</source>
        <translation>длинные перерывы сжаты</translation>
    </message>
    <message>
        <source>looks ahead</source>
        <translation>смотрит вперёд на</translation>
    </message>
    <message>
        <source>macro F1</source>
        <translation>макро-F1</translation>
    </message>
    <message>
        <source>majority floor</source>
        <translation>уровень частого класса</translation>
    </message>
    <message>
        <source>majority floor {value}</source>
        <translation>уровень частого класса {value}</translation>
    </message>
    <message>
        <source>mean and deviation</source>
        <translation>по отклонению</translation>
    </message>
    <message>
        <source>median and quartiles</source>
        <translation>по квартилям</translation>
    </message>
    <message>
        <source>microseconds</source>
        <translation>микросекунды</translation>
    </message>
    <message>
        <source>mid-price</source>
        <translation>средняя цена</translation>
    </message>
    <message>
        <source>milliseconds</source>
        <translation>миллисекунды</translation>
    </message>
    <message>
        <source>min</source>
        <translation>мин</translation>
    </message>
    <message>
        <source>missing at import {share}</source>
        <translation>пропуски при импорте {share}</translation>
    </message>
    <message>
        <source>nanoseconds</source>
        <translation>наносекунды</translation>
    </message>
    <message>
        <source>no</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>no further improvement</source>
        <translation>улучшений больше нет</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>без метки</translation>
    </message>
    <message>
        <source>no mid-price to draw</source>
        <translation>средней цены нет</translation>
    </message>
    <message>
        <source>none</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>not checked yet</source>
        <translation>ещё не проверялся</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>не нужен</translation>
    </message>
    <message>
        <source>of {n}</source>
        <translation>из {n}</translation>
    </message>
    <message>
        <source>off</source>
        <translation>выкл.</translation>
    </message>
    <message>
        <source>on</source>
        <translation>вкл.</translation>
    </message>
    <message>
        <source>on disk</source>
        <translation>на диске</translation>
    </message>
    <message>
        <source>one cycle</source>
        <translation>один цикл</translation>
    </message>
    <message>
        <source>one training</source>
        <translation>одно обучение</translation>
    </message>
    <message>
        <source>other trainings</source>
        <translation>другие обучения</translation>
    </message>
    <message>
        <source>parts</source>
        <translation>частей</translation>
    </message>
    <message>
        <source>patience</source>
        <translation>терпение</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>пауза</translation>
    </message>
    <message>
        <source>per window (RevIN)</source>
        <translation>по окну (RevIN)</translation>
    </message>
    <message>
        <source>percentiles</source>
        <translation>процентили</translation>
    </message>
    <message>
        <source>persistence floor {value}</source>
        <translation>уровень повторения прошлого {value}</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>точность класса</translation>
    </message>
    <message>
        <source>predictions collapsed to one class</source>
        <translation>предсказания свелись к одному классу</translation>
    </message>
    <message>
        <source>preset {value}</source>
        <translation>в наборе: {value}</translation>
    </message>
    <message>
        <source>price as a change in %</source>
        <translation>цена как изменение в %</translation>
    </message>
    <message>
        <source>prices</source>
        <translation>цены</translation>
    </message>
    <message>
        <source>purge and embargo keep it away from the next part</source>
        <translation>зазор и эмбарго отделяют его от следующей части</translation>
    </message>
    <message>
        <source>read</source>
        <translation>чтение</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>чтение…</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>полнота</translation>
    </message>
    <message>
        <source>red findings</source>
        <translation>есть красные замечания</translation>
    </message>
    <message>
        <source>reduce on plateau</source>
        <translation>снижать на плато</translation>
    </message>
    <message>
        <source>repeats the row before {share}</source>
        <translation>повторяет предыдущую строку {share}</translation>
    </message>
    <message>
        <source>right</source>
        <translation>верно</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>строк</translation>
    </message>
    <message>
        <source>rows {first} to {last} of {count} in their stretch</source>
        <translation>строки {first}–{last} из {count} на своём участке</translation>
    </message>
    <message>
        <source>rows {pace}</source>
        <translation>шаг строк {pace}</translation>
    </message>
    <message>
        <source>safetensors</source>
        <translation>safetensors</translation>
    </message>
    <message>
        <source>safetensors file (*.safetensors)</source>
        <translation>Файл safetensors (*.safetensors)</translation>
    </message>
    <message>
        <source>save every</source>
        <translation>сохранять каждые</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>секунды</translation>
    </message>
    <message>
        <source>seeds</source>
        <translation>чисел</translation>
    </message>
    <message>
        <source>session</source>
        <translation>сессия</translation>
    </message>
    <message>
        <source>several seeds</source>
        <translation>несколько чисел</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>симуляция</translation>
    </message>
    <message>
        <source>simulated data</source>
        <translation>смоделированные данные</translation>
    </message>
    <message>
        <source>sizes</source>
        <translation>объёмы</translation>
    </message>
    <message>
        <source>skip the step</source>
        <translation>пропустить шаг</translation>
    </message>
    <message>
        <source>some drift</source>
        <translation>небольшой сдвиг</translation>
    </message>
    <message>
        <source>split as in Configure</source>
        <translation>разбито как в «Настройке»</translation>
    </message>
    <message>
        <source>split by default</source>
        <translation>разбито по умолчанию</translation>
    </message>
    <message>
        <source>square root</source>
        <translation>корень</translation>
    </message>
    <message>
        <source>starting the training process</source>
        <translation>запускается процесс обучения</translation>
    </message>
    <message>
        <source>steady</source>
        <translation>стабильно</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>шагов</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>остановиться</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>остановлено</translation>
    </message>
    <message>
        <source>stopped by you</source>
        <translation>остановлено вами</translation>
    </message>
    <message>
        <source>stored {value}</source>
        <translation>в данных {value}</translation>
    </message>
    <message>
        <source>stretch</source>
        <translation>участок</translation>
    </message>
    <message>
        <source>such as BTCUSDT</source>
        <translation>например, BTCUSDT</translation>
    </message>
    <message>
        <source>symbol</source>
        <translation>инструмент</translation>
    </message>
    <message>
        <source>target mix</source>
        <translation>целевые доли</translation>
    </message>
    <message>
        <source>temporal</source>
        <translation>по времени</translation>
    </message>
    <message>
        <source>test</source>
        <translation>тест</translation>
    </message>
    <message>
        <source>test macro F1 {value}</source>
        <translation>макро-F1 на тесте {value}</translation>
    </message>
    <message>
        <source>the fold does not use its rows</source>
        <translation>выбранный шаг или сочетание не использует его строки</translation>
    </message>
    <message numerus="yes">
        <source>the net sees {n} rows</source>
        <translation>
            <numerusform>сеть видит {n} строку</numerusform>
            <numerusform>сеть видит {n} строки</numerusform>
            <numerusform>сеть видит {n} строк</numerusform>
        </translation>
    </message>
    <message>
        <source>the net sees {value}</source>
        <translation>сеть видит {value}</translation>
    </message>
    <message>
        <source>the net sees {value}, clipped</source>
        <translation>сеть видит {value}, обрезано</translation>
    </message>
    <message>
        <source>the others</source>
        <translation>остальные</translation>
    </message>
    <message>
        <source>the reference set</source>
        <translation>эталонный набор</translation>
    </message>
    <message>
        <source>the reference set and order flow</source>
        <translation>эталонный набор и поток заявок</translation>
    </message>
    <message>
        <source>the stretch ends here</source>
        <translation>здесь участок кончается</translation>
    </message>
    <message>
        <source>the window step passes over it</source>
        <translation>его пропускает шаг окна</translation>
    </message>
    <message>
        <source>there is no day before it to scale it by</source>
        <translation>до него нет дня, по которому его масштабировать</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>потоков</translation>
    </message>
    <message>
        <source>time</source>
        <translation>время</translation>
    </message>
    <message>
        <source>time left</source>
        <translation>осталось</translation>
    </message>
    <message>
        <source>train</source>
        <translation>обучение</translation>
    </message>
    <message>
        <source>training</source>
        <translation>обучение</translation>
    </message>
    <message>
        <source>trains fold {fold} of {total}</source>
        <translation>обучается разрез {fold} из {total}</translation>
    </message>
    <message>
        <source>units</source>
        <translation>ячеек</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>проверка</translation>
    </message>
    <message>
        <source>validation MCC</source>
        <translation>MCC на проверке</translation>
    </message>
    <message>
        <source>validation accuracy</source>
        <translation>точность на проверке</translation>
    </message>
    <message>
        <source>validation loss</source>
        <translation>потери на проверке</translation>
    </message>
    <message>
        <source>validation macro F1</source>
        <translation>макро-F1 на проверке</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>ждёт</translation>
    </message>
    <message>
        <source>walk-forward, growing</source>
        <translation>шаг вперёд, с накоплением</translation>
    </message>
    <message>
        <source>walk-forward, rolling</source>
        <translation>шаг вперёд, скользящее окно</translation>
    </message>
    <message>
        <source>warm restarts</source>
        <translation>с перезапусками</translation>
    </message>
    <message>
        <source>warnings</source>
        <translation>есть предупреждения</translation>
    </message>
    <message>
        <source>whole run</source>
        <translation>всё обучение</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>окон</translation>
    </message>
    <message>
        <source>windows/s</source>
        <translation>окон/с</translation>
    </message>
    <message>
        <source>written</source>
        <translation>запись</translation>
    </message>
    <message>
        <source>written date and time</source>
        <translation>дата и время словами</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>неверно</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>да</translation>
    </message>
    <message>
        <source>zeros {share}</source>
        <translation>нули {share}</translation>
    </message>
    <message numerus="yes">
        <source>{count} rows beyond the picture</source>
        <translation>
            <numerusform>{count} строка за краями рисунка</numerusform>
            <numerusform>{count} строки за краями рисунка</numerusform>
            <numerusform>{count} строк за краями рисунка</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} test windows</source>
        <translation>
            <numerusform>{count} тестовое окно</numerusform>
            <numerusform>{count} тестовых окна</numerusform>
            <numerusform>{count} тестовых окон</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} windows</source>
        <translation>
            <numerusform>{count} окно</numerusform>
            <numerusform>{count} окна</numerusform>
            <numerusform>{count} окон</numerusform>
        </translation>
    </message>
    <message>
        <source>{curve}: {value}</source>
        <translation>{curve}: {value}</translation>
    </message>
    <message>
        <source>{difference} over {count} random windows</source>
        <translation>{difference}, случайных окон: {count}</translation>
    </message>
    <message>
        <source>{difference} over {count} windows of its data</source>
        <translation>{difference}, окон его данных: {count}</translation>
    </message>
    <message>
        <source>{epoch} of {epochs}</source>
        <translation>{epoch} из {epochs}</translation>
    </message>
    <message>
        <source>{field}: {problem}</source>
        <translation>{field}: {problem}</translation>
    </message>
    <message>
        <source>{form} preset</source>
        <translation>Набор настроек: {form}</translation>
    </message>
    <message>
        <source>{group}, folded</source>
        <translation>{group}, свёрнуто</translation>
    </message>
    <message>
        <source>{group}, unfolded</source>
        <translation>{group}, развёрнуто</translation>
    </message>
    <message>
        <source>{h} h {m} m</source>
        <translation>{h} ч {m} мин</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>от {low} до {high}</translation>
    </message>
    <message>
        <source>{names} and {n} more</source>
        <translation>{names} и ещё {n}</translation>
    </message>
    <message>
        <source>{name} (simulated)</source>
        <translation>{name} (симуляция)</translation>
    </message>
    <message>
        <source>{name} begins. Days of training: {train}, validation: {validation}, test: {test}</source>
        <translation>{name}: начало. Дней для обучения: {train}, для проверки: {validation}, для теста: {test}</translation>
    </message>
    <message>
        <source>{name} changed from {before} to {after}</source>
        <translation>{name}: было {before}, стало {after}</translation>
    </message>
    <message>
        <source>{name} failed</source>
        <translation>{name}: ошибка</translation>
    </message>
    <message>
        <source>{name} finished: best epoch {epoch}, macro F1 {f1} on validation, {test} on test</source>
        <translation>{name}: завершено, лучшая эпоха {epoch}, макро-F1 {f1} на проверке, {test} на тесте</translation>
    </message>
    <message>
        <source>{name} stopped</source>
        <translation>{name}: остановлено</translation>
    </message>
    <message>
        <source>{now}, at most {peak}</source>
        <translation>{now}, пик {peak}</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n} %</translation>
    </message>
    <message>
        <source>{n} B</source>
        <translation>{n} Б</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>{n} ГБ</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n} МБ</translation>
    </message>
    <message>
        <source>{n} MB/s</source>
        <translation>{n} МБ/с</translation>
    </message>
    <message numerus="yes">
        <source>{n} at work</source>
        <translation>
            <numerusform>{n} в работе</numerusform>
            <numerusform>{n} в работе</numerusform>
            <numerusform>{n} в работе</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} changes</source>
        <translation>
            <numerusform>{n} изменение</numerusform>
            <numerusform>{n} изменения</numerusform>
            <numerusform>{n} изменений</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} columns</source>
        <translation>
            <numerusform>{n} столбец</numerusform>
            <numerusform>{n} столбца</numerusform>
            <numerusform>{n} столбцов</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} d</source>
        <translation>{n} дн.</translation>
    </message>
    <message numerus="yes">
        <source>{n} files</source>
        <translation>
            <numerusform>{n} файл</numerusform>
            <numerusform>{n} файла</numerusform>
            <numerusform>{n} файлов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files or folders chosen</source>
        <translation>
            <numerusform>Выбран {n} файл или папка</numerusform>
            <numerusform>Выбрано {n} файла или папки</numerusform>
            <numerusform>Выбрано {n} файлов или папок</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} findings</source>
        <translation>
            <numerusform>{n} замечание</numerusform>
            <numerusform>{n} замечания</numerusform>
            <numerusform>{n} замечаний</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} folds</source>
        <translation>
            <numerusform>{n} разрез</numerusform>
            <numerusform>{n} разреза</numerusform>
            <numerusform>{n} разрезов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} have passed</source>
        <translation>
            <numerusform>{n} прошло</numerusform>
            <numerusform>{n} прошли</numerusform>
            <numerusform>{n} прошло</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} kB</source>
        <translation>{n} кБ</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} мин</translation>
    </message>
    <message numerus="yes">
        <source>{n} notes</source>
        <translation>
            <numerusform>{n} заметка</numerusform>
            <numerusform>{n} заметки</numerusform>
            <numerusform>{n} заметок</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} of {total}</source>
        <translation>{n} из {total}</translation>
    </message>
    <message numerus="yes">
        <source>{n} problems: training is blocked</source>
        <translation>
            <numerusform>{n} проблема: обучение заблокировано</numerusform>
            <numerusform>{n} проблемы: обучение заблокировано</numerusform>
            <numerusform>{n} проблем: обучение заблокировано</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} runs are in the trash.</source>
        <translation>
            <numerusform>{n} запуск в корзине.</numerusform>
            <numerusform>{n} запуска в корзине.</numerusform>
            <numerusform>{n} запусков в корзине.</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} с</translation>
    </message>
    <message>
        <source>{n} to look at</source>
        <translation>замечаний: {n}</translation>
    </message>
    <message numerus="yes">
        <source>{n} trainings crashed: {names}. Their newest checkpoints are kept.</source>
        <translation>
            <numerusform>Аварийно завершилось {n} обучение: {names}. Последние контрольные точки сохранены.</numerusform>
            <numerusform>Аварийно завершились {n} обучения: {names}. Последние контрольные точки сохранены.</numerusform>
            <numerusform>Аварийно завершились {n} обучений: {names}. Последние контрольные точки сохранены.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} trainings go on.</source>
        <translation>
            <numerusform>{n} обучение продолжается.</numerusform>
            <numerusform>{n} обучения продолжаются.</numerusform>
            <numerusform>{n} обучений продолжаются.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} wait</source>
        <translation>
            <numerusform>{n} ждёт</numerusform>
            <numerusform>{n} ждут</numerusform>
            <numerusform>{n} ждут</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} warnings</source>
        <translation>
            <numerusform>{n} предупреждение</numerusform>
            <numerusform>{n} предупреждения</numerusform>
            <numerusform>{n} предупреждений</numerusform>
        </translation>
    </message>
    <message>
        <source>{n}, by timing</source>
        <translation>{n}, по замеру</translation>
    </message>
    <message>
        <source>{part} of {whole} GB</source>
        <translation>{part} из {whole} ГБ</translation>
    </message>
    <message>
        <source>{part}: stability index (PSI) {psi}, greatest distance (KS) {ks}</source>
        <translation>{part}: индекс стабильности (PSI) {psi}, наибольшее расстояние (КС) {ks}</translation>
    </message>
    <message>
        <source>{part}: {reason}</source>
        <translation>{part}: {reason}</translation>
    </message>
    <message>
        <source>{run} is out of the queue.</source>
        <translation>{run}: убрано из очереди.</translation>
    </message>
    <message>
        <source>{run} waits in the queue.</source>
        <translation>{run}: ждёт в очереди.</translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation>{shown} из {total}</translation>
    </message>
    <message>
        <source>{shown} of {total} points</source>
        <translation>точек: {shown} из {total}</translation>
    </message>
    <message>
        <source>{size} free</source>
        <translation>свободно {size}</translation>
    </message>
    <message>
        <source>{split}: accuracy {accuracy}, macro F1 {f1}, MCC {mcc}</source>
        <translation>{split}: точность {accuracy}, макро-F1 {f1}, MCC {mcc}</translation>
    </message>
    <message>
        <source>{stage} ({index} of {total})</source>
        <translation>{stage} ({index} из {total})</translation>
    </message>
    <message>
        <source>{state}, epoch {epoch}</source>
        <translation>{state}, эпоха {epoch}</translation>
    </message>
    <message>
        <source>{text}, not bit-exact because {why}</source>
        <translation>{text}, не до бита, потому что {why}</translation>
    </message>
    <message>
        <source>{time} apart</source>
        <translation>{time}</translation>
    </message>
    <message>
        <source>{train} training, {validation} validation and {test} test windows</source>
        <translation>окон: обучающих {train}, проверочных {validation}, тестовых {test}</translation>
    </message>
    <message>
        <source>{true} taken for {predicted}: {count}</source>
        <translation>{true} принято за {predicted}: {count}</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} из {total}</translation>
    </message>
    <message>
        <source>{value} at epoch {epoch}</source>
        <translation>{value}, эпоха {epoch}</translation>
    </message>
    <message>
        <source>{value} is outside {limits}.</source>
        <translation>{value} вне пределов: {limits}.</translation>
    </message>
    <message>
        <source>{verdict}: {judged}</source>
        <translation>{verdict}, {judged}</translation>
    </message>
    <message>
        <source>{words}: {move}, limits {low} and {high}</source>
        <translation>{words}: {move}, границы {low} и {high}</translation>
    </message>
    <message>
        <source>σ</source>
        <translation>σ</translation>
    </message>
    <message>
        <source>“{name}” is there already and will be replaced.</source>
        <translation>«{name}» уже есть и будет заменён.</translation>
    </message>
    <message>
        <source>“{value}” is not a number.</source>
        <translation>«{value}» не число.</translation>
    </message>
    <message numerus="yes">
        <source>Show {n} more</source>
        <translation>
            <numerusform>Показать ещё {n}</numerusform>
            <numerusform>Показать ещё {n}</numerusform>
            <numerusform>Показать ещё {n}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and {n} more</source>
        <translation>
            <numerusform>и ещё {n}</numerusform>
            <numerusform>и ещё {n}</numerusform>
            <numerusform>и ещё {n}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} rows</source>
        <translation>
            <numerusform>{count} строка</numerusform>
            <numerusform>{count} строки</numerusform>
            <numerusform>{count} строк</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} rows without a label</source>
        <translation>
            <numerusform>{count} строка без метки</numerusform>
            <numerusform>{count} строки без метки</numerusform>
            <numerusform>{count} строк без метки</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} changed</source>
        <translation>
            <numerusform>{n} изменение</numerusform>
            <numerusform>{n} изменения</numerusform>
            <numerusform>{n} изменений</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} changes were replaced by the preset.</source>
        <translation>
            <numerusform>Набор настроек заменил {n} изменение.</numerusform>
            <numerusform>Набор настроек заменил {n} изменения.</numerusform>
            <numerusform>Набор настроек заменил {n} изменений.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} days</source>
        <translation>
            <numerusform>{n} день</numerusform>
            <numerusform>{n} дня</numerusform>
            <numerusform>{n} дней</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} features</source>
        <translation>
            <numerusform>{n} признак</numerusform>
            <numerusform>{n} признака</numerusform>
            <numerusform>{n} признаков</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} problems</source>
        <translation>
            <numerusform>{n} ошибка</numerusform>
            <numerusform>{n} ошибки</numerusform>
            <numerusform>{n} ошибок</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} rows</source>
        <translation>
            <numerusform>{n} строка</numerusform>
            <numerusform>{n} строки</numerusform>
            <numerusform>{n} строк</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} rows ahead</source>
        <translation>
            <numerusform>+{n} строка</numerusform>
            <numerusform>+{n} строки</numerusform>
            <numerusform>+{n} строк</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} symbols</source>
        <translation>
            <numerusform>{n} инструмент</numerusform>
            <numerusform>{n} инструмента</numerusform>
            <numerusform>{n} инструментов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{path} and {n} more</source>
        <translation>
            <numerusform>{path} и ещё {n}</numerusform>
            <numerusform>{path} и ещё {n}</numerusform>
            <numerusform>{path} и ещё {n}</numerusform>
        </translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Запуски</translation>
    </message>
    <message>
        <source>Show another run</source>
        <translation>Показать другое обучение</translation>
    </message>
    <message>
        <source>Fall that makes SELL when met first, in σ of the horizon.</source>
        <translation>Падение, которое даёт SELL, если достигнуто первым; в σ горизонта.</translation>
    </message>
    <message>
        <source>Horizon in time</source>
        <translation>Горизонт по времени</translation>
    </message>
    <message>
        <source>Horizon tolerance</source>
        <translation>Допуск горизонта</translation>
    </message>
    <message>
        <source>How far from that time the nearest row may be; farther stays unlabelled.</source>
        <translation>Насколько ближайшая строка может отстоять от этого времени; дальше — без метки.</translation>
    </message>
    <message>
        <source>Past rows whose moves give σ for past volatility and triple barrier.</source>
        <translation>Прошлые строки, по изменениям которых считается σ для волатильности и тройного барьера.</translation>
    </message>
    <message>
        <source>Price move</source>
        <translation>Изменение цены</translation>
    </message>
    <message>
        <source>Rise that makes BUY when met first, in σ of the horizon.</source>
        <translation>Рост, который даёт BUY, если достигнут первым; в σ горизонта.</translation>
    </message>
    <message>
        <source>Rows before both prices that TLOB moves are averaged over.</source>
        <translation>Сколько строк перед обеими ценами усредняется для изменений TLOB.</translation>
    </message>
    <message>
        <source>Smallest move that is not HOLD, in σ of the horizon.</source>
        <translation>Наименьшее изменение, которое уже не HOLD; в σ горизонта.</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Сглаживание</translation>
    </message>
    <message>
        <source>Stop loss</source>
        <translation>Стоп-лосс</translation>
    </message>
    <message>
        <source>Take profit</source>
        <translation>Тейк-профит</translation>
    </message>
    <message>
        <source>Time ahead for labels made from prices, instead of rows; 0 counts rows.</source>
        <translation>На сколько времени вперёд смотрят метки по ценам вместо строк; 0 — считать строки.</translation>
    </message>
    <message>
        <source>Volatility factor</source>
        <translation>Множитель волатильности</translation>
    </message>
    <message>
        <source>Volatility look-back</source>
        <translation>Окно волатильности</translation>
    </message>
    <message>
        <source>Which move the label rule cuts; triple barrier follows the prices themselves.</source>
        <translation>Какое изменение делит правило метки; тройной барьер следит за самими ценами.</translation>
    </message>
    <message>
        <source>half the mean move</source>
        <translation>половина среднего изменения</translation>
    </message>
    <message>
        <source>mean ahead (FI-2010)</source>
        <translation>среднее впереди (FI-2010)</translation>
    </message>
    <message>
        <source>means ahead and before (DeepLOB)</source>
        <translation>средние впереди и позади (DeepLOB)</translation>
    </message>
    <message>
        <source>past volatility</source>
        <translation>прошлая волатильность</translation>
    </message>
    <message>
        <source>price then</source>
        <translation>цена в конце</translation>
    </message>
    <message>
        <source>prices and sizes in groups</source>
        <translation>цены и объёмы группами</translation>
    </message>
    <message>
        <source>s</source>
        <translation>с</translation>
    </message>
    <message>
        <source>smoothed price then (TLOB)</source>
        <translation>сглаженная цена в конце (TLOB)</translation>
    </message>
    <message>
        <source>triple barrier</source>
        <translation>тройной барьер</translation>
    </message>
    <message>
        <source>The data are not fit: {reason}</source>
        <translation>Данные не годятся: {reason}</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Проверить снова</translation>
    </message>
    <message>
        <source>Check the data</source>
        <translation>Проверить данные</translation>
    </message>
    <message>
        <source>Look for leaks, damage and traps in the data as they would be split now.</source>
        <translation>Искать утечки, повреждения и ловушки в данных при нынешнем разбиении.</translation>
    </message>
    <message>
        <source>Findings…</source>
        <translation>Находки…</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Находки</translation>
    </message>
    <message>
        <source>The check did not end: {reason}</source>
        <translation>Проверка не завершилась: {reason}</translation>
    </message>
    <message>
        <source>Data health: not checked with these settings</source>
        <translation>Состояние данных: с этими настройками не проверено</translation>
    </message>
    <message>
        <source>Data health: good</source>
        <translation>Состояние данных: хорошее</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Причина</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Что делать</translation>
    </message>
    <message>
        <source>←  →</source>
        <translation>←  →</translation>
    </message>
    <message>
        <source>← → window, ↑ ↓ feature, F1 all keys</source>
        <translation>← → окно, ↑ ↓ признак, F1 все клавиши</translation>
    </message>
    <message>
        <source>↑  ↓</source>
        <translation>↑  ↓</translation>
    </message>
</context>
<context>
    <name>messages</name>
    <message>
        <source>'{column}' holds days written as digits: bring them as 2024-01-31 to have real dates.</source>
        <translation>В «{column}» дни записаны цифрами подряд: чтобы даты были настоящими, нужен вид 2024-01-31.</translation>
    </message>
    <message>
        <source>'{name}' cannot be the name of a model.</source>
        <translation>«{name}» не может быть именем модели.</translation>
    </message>
    <message>
        <source>'{name}' cannot name a dataset.</source>
        <translation>«{name}» не годится в имена набора данных.</translation>
    </message>
    <message>
        <source>'{name}' has no label '{column}'; its labels are: {known}.{hint}</source>
        <translation>В «{name}» нет метки «{column}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>'{name}' has no mid-price to make labels from.</source>
        <translation>В «{name}» нет средней цены, по которой строятся метки.</translation>
    </message>
    <message>
        <source>'{name}' has no rows.</source>
        <translation>В «{name}» нет строк.</translation>
    </message>
    <message>
        <source>'{name}' has one day only, and scaling by previous days needs two.</source>
        <translation>В «{name}» только один день, а для масштаба по предыдущим дням нужно два.</translation>
    </message>
    <message>
        <source>'{name}' has too few rows for one window: a window needs {needed} rows without a gap, the {count} stretches have {shortest} to {longest}.</source>
        <translation>В «{name}» слишком мало строк для окна: нужно {needed} строк без разрыва, а на участках ({count}) их от {shortest} до {longest}.</translation>
    </message>
    <message>
        <source>'{name}' is simulated and cannot be mended.</source>
        <translation>«{name}» — симуляция, править её нельзя.</translation>
    </message>
    <message>
        <source>'{reference}' names {count} runs in {folder}{found}.</source>
        <translation>«{reference}» обозначает обучений: {count}, в {folder}{found}.</translation>
    </message>
    <message>
        <source>A batch of {batch} windows takes {needed} GB of memory, but {free} GB are free.</source>
        <translation>Пакету из {batch} окон нужно {needed} ГБ памяти, а свободно {free} ГБ.</translation>
    </message>
    <message>
        <source>A checkpoint takes {seconds} s, an epoch {epoch} s.</source>
        <translation>Контрольная точка занимает {seconds} с, эпоха — {epoch} с.</translation>
    </message>
    <message>
        <source>A class is missing in the {part} part.</source>
        <translation>В части {part} нет одного из классов.</translation>
    </message>
    <message>
        <source>A day is not scaled by the days before it alone.</source>
        <translation>День масштабирован не только по предыдущим дням.</translation>
    </message>
    <message>
        <source>A process of the training was lost; all were started again (restart {restart} of {most}).</source>
        <translation>Один из процессов обучения погиб; все запущены заново (перезапуск {restart} из {most}).</translation>
    </message>
    <message>
        <source>A request cannot ask to do '{what}'; known: window, counts.</source>
        <translation>Запрос не может просить «{what}»; известны: window, counts.</translation>
    </message>
    <message>
        <source>A request must be one JSON object a line.</source>
        <translation>Запрос это один объект JSON в строке.</translation>
    </message>
    <message>
        <source>A time is a number of seconds, and needs a symbol.</source>
        <translation>Время задаётся числом секунд, и к нему нужен инструмент.</translation>
    </message>
    <message>
        <source>Accuracy {accuracy} is below the {floor} of always naming the largest class; MCC is {mcc}.</source>
        <translation>Точность {accuracy} ниже {floor}, которую даёт постоянный ответ самым частым классом; MCC равен {mcc}.</translation>
    </message>
    <message>
        <source>Add some with `training-console store append`.</source>
        <translation>Добавьте их командой `training-console store append`.</translation>
    </message>
    <message>
        <source>Another program uses the machine, or it is too hot.</source>
        <translation>Машину занимает другая программа, или она перегрелась.</translation>
    </message>
    <message>
        <source>Apple's GPU cannot be shared by several processes.</source>
        <translation>Видеопроцессор Apple нельзя разделить между процессами.</translation>
    </message>
    <message>
        <source>Ask for fewer blocks, or bring more rows.</source>
        <translation>Уменьшите число блоков или добавьте строк.</translation>
    </message>
    <message>
        <source>Attach to it, or stop it first.</source>
        <translation>Подключитесь к нему или сначала остановите.</translation>
    </message>
    <message>
        <source>Augmentation makes the training windows much harder, or windows of the two parts overlap.</source>
        <translation>Аугментация сильно усложняет обучающие окна, или окна двух выборок пересекаются.</translation>
    </message>
    <message>
        <source>Batches of {batch} windows fit, though even {count} of them make a smaller step.</source>
        <translation>Помещаются пакеты по {batch} окон, но даже накопленные за {count} раз они дают меньший шаг.</translation>
    </message>
    <message>
        <source>Batches of {batch} windows fit; {count} of them added up make the same step. Gradient checkpointing or a smaller model takes less memory, too.</source>
        <translation>Помещаются пакеты по {batch} окон; накопленные за {count} раз, они дают тот же шаг. Меньше памяти нужно и с пересчётом вместо памяти, и модели поменьше.</translation>
    </message>
    <message>
        <source>Before the loss stopped being a number, the gradient norm had grown to {growth} times its usual size, the loss to {loss} times its start.</source>
        <translation>Перед тем как потеря перестала быть числом, норма градиента выросла до {growth} обычных, потеря — до {loss} начальных.</translation>
    </message>
    <message>
        <source>Bit-identical: {steps} steps from checkpoint {start} (epoch {epoch}), and every weight, moment and generator of checkpoint {target}.</source>
        <translation>Совпадает до бита: шагов {steps}, от контрольной точки {start} (эпоха {epoch}), а также все веса, моменты и генераторы контрольной точки {target}.</translation>
    </message>
    <message>
        <source>Bit-identical: {steps} steps from checkpoint {start} (epoch {epoch}).</source>
        <translation>Совпадает до бита: шагов {steps}, от контрольной точки {start} (эпоха {epoch}).</translation>
    </message>
    <message>
        <source>Bring a file with a plain value per row and column.</source>
        <translation>Подготовьте файл, где в каждой ячейке простое значение.</translation>
    </message>
    <message>
        <source>Bring a file with rows.</source>
        <translation>Возьмите файл со строками.</translation>
    </message>
    <message>
        <source>Bring it back from a copy of the store; it tells what the stored columns mean.</source>
        <translation>Верните его из копии хранилища: в нём сказано, что значат столбцы.</translation>
    </message>
    <message>
        <source>Bring one-minute candles, or import with --features basic.</source>
        <translation>Возьмите минутные свечи или загрузите с --features basic.</translation>
    </message>
    <message>
        <source>Bring the data as .parquet, .csv or .csv.gz.</source>
        <translation>Принесите данные в виде .parquet, .csv или .csv.gz.</translation>
    </message>
    <message>
        <source>Bring them back to that place, or import the dataset anew.</source>
        <translation>Верните их на место или импортируйте набор данных заново.</translation>
    </message>
    <message>
        <source>Candles (1-minute open, high, low, close, volume)</source>
        <translation>Минутные свечи (open, high, low, close, volume)</translation>
    </message>
    <message>
        <source>Check the address, the network, and the storage's credentials in the environment.</source>
        <translation>Проверьте адрес, сеть и учётные данные хранилища в переменных окружения.</translation>
    </message>
    <message>
        <source>Check the data again.</source>
        <translation>Проверьте данные ещё раз.</translation>
    </message>
    <message>
        <source>Check the data for extreme values, or lower the learning rate; then resume.</source>
        <translation>Проверьте данные на выбросы или уменьшите скорость обучения, затем продолжите.</translation>
    </message>
    <message>
        <source>Check the data for extreme values; a lower learning rate may help, too.</source>
        <translation>Проверьте данные на выбросы; может помочь и меньшая скорость обучения.</translation>
    </message>
    <message>
        <source>Check the folder and try again.</source>
        <translation>Проверьте папку и попробуйте снова.</translation>
    </message>
    <message>
        <source>Check the path given with --mapping.</source>
        <translation>Проверьте путь к описанию столбцов.</translation>
    </message>
    <message>
        <source>Check the path; files end in .parquet, .csv or .csv.gz.</source>
        <translation>Проверьте путь; файлы кончаются на .parquet, .csv или .csv.gz.</translation>
    </message>
    <message>
        <source>Check the path; files end in {endings}.</source>
        <translation>Проверьте путь; имена файлов оканчиваются на {endings}.</translation>
    </message>
    <message>
        <source>Checkpoints cannot be saved once it is full.</source>
        <translation>Когда место кончится, контрольные точки не сохранятся.</translation>
    </message>
    <message>
        <source>Choose 'best', 'last' or one of these names.</source>
        <translation>Выберите best, last или одно из этих имён.</translation>
    </message>
    <message>
        <source>Choose a folder below runs/ of the workspace.</source>
        <translation>Выберите папку внутри runs/ рабочего каталога.</translation>
    </message>
    <message>
        <source>Choose a later --checkpoint or an earlier --to-checkpoint.</source>
        <translation>Выберите более позднюю --checkpoint или более раннюю --to-checkpoint.</translation>
    </message>
    <message>
        <source>Choose a model that this program trained or exported.</source>
        <translation>Выберите модель, обученную или экспортированную этой программой.</translation>
    </message>
    <message>
        <source>Choose a smaller model, a shorter window or the temporal layout.</source>
        <translation>Выберите модель поменьше, окно короче или свёртку по времени.</translation>
    </message>
    <message>
        <source>Choose an older checkpoint of the run, or start a new run.</source>
        <translation>Возьмите более раннюю контрольную точку или начните новое обучение.</translation>
    </message>
    <message>
        <source>Choose another --name, or remove {path}.</source>
        <translation>Выберите другое --name или удалите {path}.</translation>
    </message>
    <message>
        <source>Choose another checkpoint of the run.</source>
        <translation>Выберите другую контрольную точку.</translation>
    </message>
    <message>
        <source>Choose another folder for these rows.</source>
        <translation>Выберите для этих строк другую папку.</translation>
    </message>
    <message>
        <source>Choose another folder with --workspace or TRAINING_CONSOLE_WORKSPACE.</source>
        <translation>Выберите другую папку через --workspace или TRAINING_CONSOLE_WORKSPACE.</translation>
    </message>
    <message>
        <source>Choose another folder, or ask for the right to write there.</source>
        <translation>Выберите другую папку или попросите право записи в неё.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Выберите другое имя.</translation>
    </message>
    <message>
        <source>Choose data.split_method=walk_forward, rolling or combinatorial, and not too many blocks.</source>
        <translation>Выберите data.split_method=walk_forward, rolling или combinatorial и не слишком много блоков.</translation>
    </message>
    <message>
        <source>Choose its workspace with --workspace.</source>
        <translation>Укажите его рабочую папку через --workspace.</translation>
    </message>
    <message>
        <source>Choose more days or another split, so that every part has windows.</source>
        <translation>Возьмите больше дней или другое разбиение, чтобы окна были в каждой части.</translation>
    </message>
    <message>
        <source>Choose one of them with --features.</source>
        <translation>Выберите один из них: --features.</translation>
    </message>
    <message>
        <source>Choose one of them, or make labels from prices.</source>
        <translation>Выберите одну из них или стройте метки по ценам.</translation>
    </message>
    <message>
        <source>Choose one of them.</source>
        <translation>Выберите одно из них.</translation>
    </message>
    <message>
        <source>Choose one of these names.</source>
        <translation>Выберите одно из этих имён.</translation>
    </message>
    <message>
        <source>Choose one of these numbers.</source>
        <translation>Выберите один из этих номеров.</translation>
    </message>
    <message>
        <source>Choose other symbols, or leave the list empty to take all.</source>
        <translation>Выберите другие инструменты или оставьте все.</translation>
    </message>
    <message>
        <source>Choose the file of the weights.</source>
        <translation>Выберите файл весов.</translation>
    </message>
    <message>
        <source>Choose the format by hand, or bring the data as Parquet or CSV.</source>
        <translation>Выберите формат вручную или принесите данные в Parquet либо CSV.</translation>
    </message>
    <message>
        <source>Choose the model settings it was trained with, or start a new run.</source>
        <translation>Возьмите настройки модели, с которыми она обучалась, или начните новое обучение.</translation>
    </message>
    <message>
        <source>Choose the model settings they were trained with.</source>
        <translation>Выберите настройки модели, с которыми они обучены.</translation>
    </message>
    <message>
        <source>Class mix of the {part} part.</source>
        <translation>Доли классов в части {part}.</translation>
    </message>
    <message>
        <source>Correct it, or name another column or unit under timestamp in the mapping.</source>
        <translation>Исправьте его или укажите другой столбец либо единицу времени в описании (timestamp).</translation>
    </message>
    <message>
        <source>Correct it, or write `missing: drop` or `missing: previous` in the mapping.</source>
        <translation>Исправьте его или напишите в описании `missing: drop` либо `missing: previous`.</translation>
    </message>
    <message>
        <source>Correct the column name in the mapping.</source>
        <translation>Исправьте имя столбца в описании.</translation>
    </message>
    <message>
        <source>Correct the encoding in the mapping, or the value.</source>
        <translation>Исправьте кодировку в описании или само значение.</translation>
    </message>
    <message>
        <source>Correct the file at that place.</source>
        <translation>Исправьте файл в этом месте.</translation>
    </message>
    <message>
        <source>Correct the options.</source>
        <translation>Исправьте параметры.</translation>
    </message>
    <message>
        <source>Correct the path; `training-console store append` begins a store, `training-console store convert` takes over an old one.</source>
        <translation>Исправьте путь; `training-console store append` начинает хранилище, `training-console store convert` переносит старое.</translation>
    </message>
    <message>
        <source>Correct the program that writes it, or begin a new store with these columns.</source>
        <translation>Исправьте программу, которая их пишет, или начните новое хранилище с такими столбцами.</translation>
    </message>
    <message>
        <source>Correct the value, or exclude the column in the mapping.</source>
        <translation>Исправьте значение или исключите столбец в описании.</translation>
    </message>
    <message>
        <source>Delete it; no rows are lost, the next compaction writes it again.</source>
        <translation>Удалите его: строки не пропадут, следующее уплотнение запишет его заново.</translation>
    </message>
    <message>
        <source>Delete its folder; it is made again from the dataset.</source>
        <translation>Удалите папку этого файла: она будет создана из набора данных заново.</translation>
    </message>
    <message>
        <source>Delete the folder of that fold and resume the run: it is trained again.</source>
        <translation>Удалите папку этого разреза и продолжите обучение: он будет обучен заново.</translation>
    </message>
    <message>
        <source>Differs by {difference} in the {steps} steps from checkpoint {start} (epoch {epoch}).</source>
        <translation>Расхождение {difference}: шагов {steps}, от контрольной точки {start} (эпоха {epoch}).</translation>
    </message>
    <message>
        <source>Differs: {steps} steps from checkpoint {start} (epoch {epoch}).</source>
        <translation>Расходится: шагов {steps}, от контрольной точки {start} (эпоха {epoch}).</translation>
    </message>
    <message>
        <source>Do not use this file.</source>
        <translation>Не используйте этот файл.</translation>
    </message>
    <message>
        <source>Do not use this file. Ask for the weights alone, best as safetensors.</source>
        <translation>Не используйте этот файл. Попросите одни веса, лучше в формате safetensors.</translation>
    </message>
    <message>
        <source>Exchange websocket captures (Binance, Bybit, Coinbase, Kraken, OKX)</source>
        <translation>Записи биржевых потоков (Binance, Bybit, Coinbase, Kraken, OKX)</translation>
    </message>
    <message>
        <source>Exclude it in the mapping (features: {{exclude: [{column}]}}), or turn it into numbers.</source>
        <translation>Исключите его в описании (features: {{exclude: [{column}]}}) или превратите в числа.</translation>
    </message>
    <message>
        <source>Exclude it in the mapping: features: {{exclude: [{columns}]}}.</source>
        <translation>Исключите его в описании: features: {{exclude: [{columns}]}}.</translation>
    </message>
    <message>
        <source>Exclude the columns that are never filled.</source>
        <translation>Исключите столбцы, которые никогда не заполнены.</translation>
    </message>
    <message>
        <source>Export another checkpoint or another format, and report this.</source>
        <translation>Экспортируйте другую контрольную точку или другой формат и сообщите об этом.</translation>
    </message>
    <message>
        <source>Export the run again.</source>
        <translation>Экспортируйте обучение заново.</translation>
    </message>
    <message>
        <source>FI-2010 text (149 rows by N columns)</source>
        <translation>Текст FI-2010 (149 строк, N столбцов)</translation>
    </message>
    <message>
        <source>Files of format {name} bring their own features; others cannot be made of them.</source>
        <translation>В файлах формата {name} уже готовые признаки, других из них не вычислить.</translation>
    </message>
    <message>
        <source>Fill in column '{column}', or map another one.</source>
        <translation>Заполните столбец «{column}» или укажите другой.</translation>
    </message>
    <message>
        <source>Fill it in, or leave the row out, in the program that makes the rows.</source>
        <translation>Заполните значение или уберите строку в программе, которая готовит строки.</translation>
    </message>
    <message>
        <source>Free some space or repair the folder, then ask again.</source>
        <translation>Освободите место или почините папку и повторите.</translation>
    </message>
    <message>
        <source>Free some space, choose a workspace on a larger disk, or take fewer days.</source>
        <translation>Освободите место, выберите рабочую папку на диске побольше или возьмите меньше дней.</translation>
    </message>
    <message>
        <source>Free some space, or choose a smaller model.</source>
        <translation>Освободите место или выберите модель поменьше.</translation>
    </message>
    <message>
        <source>Free some space, then try again; what was there before is kept.</source>
        <translation>Освободите место и попробуйте снова; прежнее содержимое сохранено.</translation>
    </message>
    <message>
        <source>Give a number in this range.</source>
        <translation>Укажите число из этого промежутка.</translation>
    </message>
    <message>
        <source>Give every feature a name of its own.</source>
        <translation>Дайте каждому признаку своё имя.</translation>
    </message>
    <message>
        <source>Give input_features and sequence_length by --set.</source>
        <translation>Укажите input_features и sequence_length через --set.</translation>
    </message>
    <message>
        <source>Give the settings it was trained with by --model-preset or --set.</source>
        <translation>Укажите настройки, с которыми она обучена, через --model-preset или --set.</translation>
    </message>
    <message>
        <source>Go on with it by `training-console resume {run}`.</source>
        <translation>Продолжите его: `training-console resume {run}`.</translation>
    </message>
    <message>
        <source>Hold the rows on disk, or choose fewer days or symbols.</source>
        <translation>Держите строки на диске или выберите меньше дней или символов.</translation>
    </message>
    <message>
        <source>Import a dataset and name it in the data config, or correct the two paths.</source>
        <translation>Импортируйте набор данных и укажите его или исправьте оба пути.</translation>
    </message>
    <message>
        <source>Import data of your own.</source>
        <translation>Импортируйте свои данные.</translation>
    </message>
    <message>
        <source>Import data, or choose other symbols.</source>
        <translation>Импортируйте данные или выберите другие инструменты.</translation>
    </message>
    <message>
        <source>Import files of one depth together, or keep fewer levels with --levels.</source>
        <translation>Импортируйте вместе файлы одной глубины или оставьте меньше уровней через --levels.</translation>
    </message>
    <message>
        <source>Import files of one layout together, or exclude the column.</source>
        <translation>Импортируйте вместе файлы одного устройства или исключите столбец.</translation>
    </message>
    <message>
        <source>Import it again: `training-console data mend {name} --import-again`.</source>
        <translation>Импортируйте их заново: `training-console data mend {name} --import-again`.</translation>
    </message>
    <message>
        <source>Import it first with `training-console models import`, then give its name.</source>
        <translation>Сначала импортируйте его командой `training-console models import`, затем укажите имя.</translation>
    </message>
    <message>
        <source>Import its data as a dataset and train on that.</source>
        <translation>Импортируйте его данные как набор и обучите на нём.</translation>
    </message>
    <message>
        <source>Import its file again under another name.</source>
        <translation>Импортируйте её файл снова под другим именем.</translation>
    </message>
    <message>
        <source>Import one with `training-console data import`.</source>
        <translation>Импортируйте набор на странице «Данные» или командой `training-console data import`.</translation>
    </message>
    <message>
        <source>Import one with `training-console models import FILE`.</source>
        <translation>Импортируйте её командой `training-console models import FILE`.</translation>
    </message>
    <message>
        <source>Import the dataset again under the same name.</source>
        <translation>Импортируйте набор данных заново под тем же именем.</translation>
    </message>
    <message>
        <source>Import the dataset again; if it comes back, do not train, and report it with the run's log.</source>
        <translation>Импортируйте набор данных заново; если это повторится, не обучайте и сообщите нам, приложив журнал.</translation>
    </message>
    <message>
        <source>Import the same files again</source>
        <translation>Импортировать те же файлы заново</translation>
    </message>
    <message>
        <source>Import with --features basic, or bring longer files.</source>
        <translation>Загрузите с --features basic или возьмите файлы длиннее.</translation>
    </message>
    <message>
        <source>It has a time and book levels named ask_p1, ask_s1, bid_p1, bid_s1.</source>
        <translation>Есть время и уровни стакана ask_p1, ask_s1, bid_p1, bid_s1.</translation>
    </message>
    <message>
        <source>It has columns for time, open, high, low, close and volume.</source>
        <translation>Есть столбцы времени, open, high, low, close и volume.</translation>
    </message>
    <message>
        <source>It is a table; a mapping says what its columns mean.</source>
        <translation>Это таблица; что означают её столбцы, говорит описание.</translation>
    </message>
    <message>
        <source>It is text with many numbers a line, as FI-2010 is.</source>
        <translation>Это текст со множеством чисел в строке, как у FI-2010.</translation>
    </message>
    <message>
        <source>Its lines are a time and a JSON message, or a capturing program's notes.</source>
        <translation>Строки состоят из времени и сообщения JSON или пометок записывающей программы.</translation>
    </message>
    <message>
        <source>Keep {count} checkpoints, or free some space.</source>
        <translation>Храните меньше контрольных точек ({count}) или освободите место.</translation>
    </message>
    <message>
        <source>LOBSTER message and orderbook files</source>
        <translation>LOBSTER: файлы message и orderbook</translation>
    </message>
    <message>
        <source>Leave --features at basic.</source>
        <translation>Оставьте --features basic.</translation>
    </message>
    <message>
        <source>Leave at least one feature in the dataset.</source>
        <translation>Оставьте в наборе хотя бы один признак.</translation>
    </message>
    <message>
        <source>Leave at least one in the dataset.</source>
        <translation>Оставьте в наборе хотя бы один.</translation>
    </message>
    <message>
        <source>Leave out '{name}'</source>
        <translation>Убрать «{name}»</translation>
    </message>
    <message>
        <source>Leave out {count} rows</source>
        <translation>Убрать строки: {count}</translation>
    </message>
    <message>
        <source>Leave that column out, or fill it, in the program that writes the files.</source>
        <translation>Уберите или заполните этот столбец в программе, которая пишет файлы.</translation>
    </message>
    <message>
        <source>Leave the encoding out, or write the labels as the store keeps them.</source>
        <translation>Не указывайте кодировку или запишите метки так, как их хранит хранилище.</translation>
    </message>
    <message>
        <source>Let all hosts use one workspace on a disk that they share.</source>
        <translation>Пусть все компьютеры работают с одной рабочей папкой на общем диске.</translation>
    </message>
    <message>
        <source>Let gaps of {gap} s pass</source>
        <translation>Допускать разрывы до {gap} с</translation>
    </message>
    <message>
        <source>Let it train on for a few steps, or resume it, then check again.</source>
        <translation>Дайте ему пройти ещё несколько шагов или возобновите его, затем проверьте снова.</translation>
    </message>
    <message>
        <source>Let it train until its first checkpoint, then export again.</source>
        <translation>Дождитесь первой контрольной точки и экспортируйте снова.</translation>
    </message>
    <message>
        <source>Let it train until its first checkpoint.</source>
        <translation>Дайте ему обучаться до первой контрольной точки.</translation>
    </message>
    <message>
        <source>Let it train until its first epoch has ended, then check again.</source>
        <translation>Дождитесь конца первой эпохи и проверьте снова.</translation>
    </message>
    <message>
        <source>List them with `training-console runs list` and give more of the name.</source>
        <translation>Посмотрите список `training-console runs list` и укажите имя полнее.</translation>
    </message>
    <message>
        <source>Look at the columns and save a suggested mapping with `training-console data preview {path} --save mapping.yaml`, edit it, and give it with --mapping.</source>
        <translation>Посмотрите столбцы и сохраните предложенное описание командой `training-console data preview {path} --save mapping.yaml`, исправьте его и укажите в --mapping.</translation>
    </message>
    <message>
        <source>Loss and gradient norm were as usual until step {step}; the next step gave no number.</source>
        <translation>До шага {step} потеря и норма градиента были обычными; следующий шаг дал не число.</translation>
    </message>
    <message>
        <source>Lower the learning rate, keep gradient clipping on, switch mixed precision off, and check the data for extreme values; then resume.</source>
        <translation>Уменьшите скорость обучения, оставьте ограничение градиента, выключите смешанную точность, проверьте данные на крайние значения и продолжите обучение.</translation>
    </message>
    <message>
        <source>Make the label from prices, by past volatility</source>
        <translation>Строить метку по ценам, от прошлой волатильности</translation>
    </message>
    <message>
        <source>Make the label from prices, by percentiles</source>
        <translation>Строить метку по ценам, по процентилям</translation>
    </message>
    <message>
        <source>Mean and deviation of a day were taken from its own or from later rows as well.</source>
        <translation>Среднее и отклонение дня посчитаны в том числе по строкам этого же или более поздних дней.</translation>
    </message>
    <message>
        <source>Move it with `training-console queue move`.</source>
        <translation>Переместите его командой `training-console queue move`.</translation>
    </message>
    <message>
        <source>Move the file away and add its rows with `training-console store append`.</source>
        <translation>Уберите файл и добавьте его строки командой `training-console store append`.</translation>
    </message>
    <message>
        <source>Name another column in the mapping, or turn it into numbers.</source>
        <translation>Укажите в описании другой столбец или переведите его в числа.</translation>
    </message>
    <message>
        <source>Name files, folders or patterns.</source>
        <translation>Укажите файлы, папки или шаблоны.</translation>
    </message>
    <message>
        <source>Name one .parquet file, or bring the store to a disk or to object storage.</source>
        <translation>Укажите один файл .parquet или перенесите хранилище на диск или в объектное хранилище.</translation>
    </message>
    <message>
        <source>Name one of them.</source>
        <translation>Назовите один из них.</translation>
    </message>
    <message>
        <source>Name the features in the mapping.</source>
        <translation>Укажите признаки в описании.</translation>
    </message>
    <message>
        <source>Name the folder that holds one of them.</source>
        <translation>Укажите папку, в которой есть одно из двух.</translation>
    </message>
    <message>
        <source>Name the mid-price in the import mapping, or choose a stored label.</source>
        <translation>Укажите среднюю цену в описании столбцов или выберите готовую метку.</translation>
    </message>
    <message>
        <source>Name the symbol of this file with --symbol.</source>
        <translation>Назовите инструмент этого файла в --symbol.</translation>
    </message>
    <message>
        <source>No checkpoint in {folder} can be used ({reasons}).</source>
        <translation>Ни одну контрольную точку в {folder} нельзя использовать ({reasons}).</translation>
    </message>
    <message>
        <source>No column looks like a time: choose it.</source>
        <translation>Ни один столбец не похож на время: выберите его.</translation>
    </message>
    <message>
        <source>No column names the symbol: say which one the rows are of.</source>
        <translation>Символа среди столбцов нет: укажите, к какому относятся строки.</translation>
    </message>
    <message>
        <source>No data was found: the feature store {store} and the old files {legacy} hold none.</source>
        <translation>Данных не найдено: ни в хранилище признаков {store}, ни в старых файлах {legacy}.</translation>
    </message>
    <message>
        <source>No feature would be left.</source>
        <translation>Не осталось бы ни одного признака.</translation>
    </message>
    <message>
        <source>No file is given to append.</source>
        <translation>Не указано ни одного файла для добавления.</translation>
    </message>
    <message>
        <source>No file is given to import.</source>
        <translation>Не указано, что импортировать.</translation>
    </message>
    <message>
        <source>No mapping is given, and none is remembered for the columns of {path}.</source>
        <translation>Описание не указано, и для столбцов {path} ничего не запомнено.</translation>
    </message>
    <message>
        <source>No network has the shapes of {path}: {reason}.</source>
        <translation>Ни у одной сети нет таких форм, как в {path}: {reason}.</translation>
    </message>
    <message>
        <source>No stretch without a gap is longer than the {rows} rows that features look back.</source>
        <translation>Ни один непрерывный отрезок не длиннее истории, нужной признакам (строк: {rows}).</translation>
    </message>
    <message>
        <source>No symbol would be left.</source>
        <translation>Не осталось бы ни одного инструмента.</translation>
    </message>
    <message>
        <source>Nothing of '{name}' was to be left out.</source>
        <translation>В «{name}» убирать нечего.</translation>
    </message>
    <message>
        <source>Only a prepared, stopped, failed or crashed run can wait in the queue.</source>
        <translation>В очереди могут ждать только подготовленные, остановленные или прерванные запуски и запуски с ошибкой.</translation>
    </message>
    <message>
        <source>Order by order (Coinbase opening book and messages, or Bitstamp orders)</source>
        <translation>Отдельные заявки (Coinbase: начальный стакан и сообщения; Bitstamp: заявки)</translation>
    </message>
    <message>
        <source>Order-book snapshots (Parquet or CSV with ask_p1, ask_s1, bid_p1, bid_s1, ...)</source>
        <translation>Снимки стакана (Parquet или CSV: ask_p1, ask_s1, bid_p1, bid_s1, ...)</translation>
    </message>
    <message>
        <source>Pause the run, or check again later.</source>
        <translation>Приостановите запуск или проверьте позже.</translation>
    </message>
    <message>
        <source>Preset: name: belongs to a built-in preset.</source>
        <translation>Это имя занято встроенным набором настроек.</translation>
    </message>
    <message>
        <source>Preset: name: is already taken.</source>
        <translation>Это имя уже занято.</translation>
    </message>
    <message>
        <source>Preset: name: use letters, digits, spaces, '.', '-', '+' and '_', at most 64 of them.</source>
        <translation>Имя набора: буквы, цифры, пробелы, «.», «-», «+» и «_», не больше 64 знаков.</translation>
    </message>
    <message>
        <source>Put back a copy of the folder, or start a new run.</source>
        <translation>Верните копию папки или начните новое обучение.</translation>
    </message>
    <message>
        <source>PyTorch was {before}, is now {after}</source>
        <translation>PyTorch: был {before}, стал {after}</translation>
    </message>
    <message>
        <source>Raise max_gap_s in the mapping, or check symbol, session and timestamp.</source>
        <translation>Увеличьте max_gap_s в описании или проверьте symbol, session и timestamp.</translation>
    </message>
    <message>
        <source>Recompute the convolutions in the backward pass: that takes less memory.</source>
        <translation>Включите пересчёт вместо памяти: свёртки считаются заново на обратном проходе, и памяти нужно меньше.</translation>
    </message>
    <message>
        <source>Remove them, name a finer time column, or write `duplicates: last` in the mapping to keep the last row of each time.</source>
        <translation>Удалите их, укажите более точный столбец времени или напишите в описании `duplicates: last`, чтобы оставить последнюю строку каждого момента.</translation>
    </message>
    <message>
        <source>Rename the column.</source>
        <translation>Переименуйте столбец.</translation>
    </message>
    <message>
        <source>Resume it from its newest checkpoint.</source>
        <translation>Продолжите его с последней контрольной точки.</translation>
    </message>
    <message>
        <source>Resume it from its newest checkpoint; the details are in {report}.</source>
        <translation>Продолжите с последней контрольной точки; подробности в {report}.</translation>
    </message>
    <message>
        <source>Rows, windows of a batch and the network need more than the machine has.</source>
        <translation>Строкам, окнам пакета и сети нужно больше, чем есть у машины.</translation>
    </message>
    <message>
        <source>Save less often, or move the workspace to a faster disk.</source>
        <translation>Сохраняйте реже или перенесите рабочую папку на более быстрый диск.</translation>
    </message>
    <message>
        <source>Save model.state_dict() alone with torch.save, or as safetensors.</source>
        <translation>Сохраните только model.state_dict() через torch.save или в формате safetensors.</translation>
    </message>
    <message>
        <source>Save model.state_dict() with torch.save, or as safetensors.</source>
        <translation>Сохраните model.state_dict() через torch.save или в формате safetensors.</translation>
    </message>
    <message>
        <source>Saving checkpoints takes {share} of the time, {seconds} s for the last one.</source>
        <translation>На сохранение контрольных точек уходит {share} времени, на последнюю ушло {seconds} с.</translation>
    </message>
    <message>
        <source>Say how many rows ahead label '{column}' looks.</source>
        <translation>Укажите, на сколько строк вперёд смотрит метка «{column}».</translation>
    </message>
    <message>
        <source>Say what the values of the labels mean; the proposal is no more than a guess.</source>
        <translation>Укажите, что означают значения меток: предложенное — лишь догадка.</translation>
    </message>
    <message>
        <source>Scale by median and quartiles, and clip</source>
        <translation>Масштабировать по медиане и квартилям, с обрезкой</translation>
    </message>
    <message>
        <source>Scale every window by itself</source>
        <translation>Масштабировать каждое окно отдельно</translation>
    </message>
    <message>
        <source>See `training-console queue list`.</source>
        <translation>Посмотрите `training-console queue list`.</translation>
    </message>
    <message>
        <source>See `training-console runs list`.</source>
        <translation>Посмотрите `training-console runs list`.</translation>
    </message>
    <message>
        <source>See `training-console runs show {run}`.</source>
        <translation>Посмотрите `training-console runs show {run}`.</translation>
    </message>
    <message>
        <source>Set Compilation to off, or provide what is missing.</source>
        <translation>Выключите компиляцию или добавьте недостающее.</translation>
    </message>
    <message>
        <source>Set Device to auto, or to one of these.</source>
        <translation>Задайте устройство auto или одно из перечисленных.</translation>
    </message>
    <message>
        <source>Set Device to cpu, or train in one process.</source>
        <translation>Укажите устройство cpu или обучайте в одном процессе.</translation>
    </message>
    <message>
        <source>Set the sequence length to {length}</source>
        <translation>Длина окна {length}</translation>
    </message>
    <message>
        <source>Set {field} of the model to {found}, or choose the data the model was made for.</source>
        <translation>Задайте модели {field} = {found} или выберите данные, для которых она сделана.</translation>
    </message>
    <message>
        <source>Several processes train together; the model is not compiled.</source>
        <translation>Обучают несколько процессов сразу, поэтому модель не компилируется.</translation>
    </message>
    <message>
        <source>Shorten it in the file, or give another symbol.</source>
        <translation>Сократите его в файле или задайте другое имя инструмента.</translation>
    </message>
    <message>
        <source>Shorten the sequence length, raise max_gap_s in the import mapping, or bring more rows.</source>
        <translation>Уменьшите длину окна, увеличьте max_gap_s в описании или добавьте строк.</translation>
    </message>
    <message>
        <source>Since epoch {epoch} training loss has fallen from {before} to {now}, while validation loss has risen from {val_before} to {val_now}.</source>
        <translation>С эпохи {epoch} потеря на обучающей выборке упала с {before} до {now}, а на проверочной выросла с {val_before} до {val_now}.</translation>
    </message>
    <message>
        <source>Single windows with extreme or missing values.</source>
        <translation>Отдельные окна с выбросами или пропусками.</translation>
    </message>
    <message>
        <source>Sort the files by time, or write `sort: true` in the mapping.</source>
        <translation>Отсортируйте файлы по времени или напишите в описании `sort: true`.</translation>
    </message>
    <message>
        <source>Start a new run, or import the earlier version of the data again.</source>
        <translation>Начните новое обучение или импортируйте прежнюю версию данных.</translation>
    </message>
    <message>
        <source>Start fewer processes, or set Device to cpu.</source>
        <translation>Запустите меньше процессов или укажите устройство cpu.</translation>
    </message>
    <message>
        <source>Start it with --hosts and --rendezvous.</source>
        <translation>Запустите его с --hosts и --rendezvous.</translation>
    </message>
    <message>
        <source>Step {step} (epoch {epoch}, batch {batch}) was left out: its loss or gradient is not a finite number. Nothing was changed by it.</source>
        <translation>Шаг {step} (эпоха {epoch}, пакет {batch}) пропущен: его потеря или градиент — не конечное число. Он ничего не изменил.</translation>
    </message>
    <message>
        <source>Stop it or take it out of the queue first.</source>
        <translation>Сначала остановите его или уберите из очереди.</translation>
    </message>
    <message>
        <source>Stop it there first, or attach to it with `training-console runs follow`.</source>
        <translation>Сначала остановите его там или подключитесь к нему: `training-console runs follow`.</translation>
    </message>
    <message>
        <source>Table with a mapping (Parquet or CSV)</source>
        <translation>Таблица с описанием столбцов (Parquet или CSV)</translation>
    </message>
    <message>
        <source>Take it from another copy of the run, or train again.</source>
        <translation>Возьмите его из другой копии обучения или обучите заново.</translation>
    </message>
    <message>
        <source>Take the label limits by percentiles</source>
        <translation>Взять пороги метки по процентилям</translation>
    </message>
    <message>
        <source>Take the label limits from past volatility</source>
        <translation>Взять пороги метки из прошлой волатильности</translation>
    </message>
    <message>
        <source>Take the usual split</source>
        <translation>Взять обычное разбиение</translation>
    </message>
    <message>
        <source>Take the usual split and purge {count} more rows</source>
        <translation>Взять обычное разбиение и расширить зазор на строк: {count}</translation>
    </message>
    <message>
        <source>The candles of {symbol} are {minutes} minutes long; these features need minutes.</source>
        <translation>Длина свечей {symbol} в минутах: {minutes}, а этим признакам нужны минутные.</translation>
    </message>
    <message>
        <source>The check left no result.</source>
        <translation>Проверка не оставила результата.</translation>
    </message>
    <message>
        <source>The checkpoint could not be saved; training is paused and keeps its memory.</source>
        <translation>Контрольную точку сохранить не удалось; обучение на паузе, память остаётся занятой.</translation>
    </message>
    <message>
        <source>The checkpoint {path} cannot be used: {reason}.</source>
        <translation>Контрольную точку {path} нельзя использовать: {reason}.</translation>
    </message>
    <message>
        <source>The checkpoint {where} does not fit the model: {reason}.</source>
        <translation>Контрольная точка {where} не подходит модели: {reason}.</translation>
    </message>
    <message>
        <source>The checkpoint {where} is of another model: {theirs} there, {ours} here ({details}).</source>
        <translation>Контрольная точка {where} от другой модели: там {theirs}, здесь {ours} ({details}).</translation>
    </message>
    <message>
        <source>The checkpoints of {run} change faster than they can be read.</source>
        <translation>Контрольные точки {run} меняются быстрее, чем их удаётся прочитать.</translation>
    </message>
    <message>
        <source>The checkpoints take {needed} GB, but {free} GB are free on the disk of the runs.</source>
        <translation>Контрольные точки займут {needed} ГБ, а на диске с обучениями свободно {free} ГБ.</translation>
    </message>
    <message>
        <source>The command could not be started.</source>
        <translation>Команду не удалось запустить.</translation>
    </message>
    <message>
        <source>The command ended early: {last}</source>
        <translation>Команда завершилась раньше времени: {last}</translation>
    </message>
    <message>
        <source>The data could not be checked: {reason}</source>
        <translation>Данные не удалось проверить: {reason}</translation>
    </message>
    <message>
        <source>The data do not fit into the {free} GB of memory that are free.</source>
        <translation>Данные не помещаются в {free} ГБ свободной памяти.</translation>
    </message>
    <message>
        <source>The data of '{name}' are not fit to train on: {reason}</source>
        <translation>Данные «{name}» не годятся для обучения: {reason}</translation>
    </message>
    <message>
        <source>The data of the run have changed since it began, so its steps cannot be repeated.</source>
        <translation>Данные запуска изменились с его начала, поэтому его шаги нельзя повторить.</translation>
    </message>
    <message>
        <source>The data of {run} are not the same on all its hosts.</source>
        <translation>Данные запуска {run} на разных компьютерах не совпадают.</translation>
    </message>
    <message>
        <source>The data of {run} have changed since it began: {name} is another version.</source>
        <translation>Данные {run} изменились с его начала: {name} другой версии.</translation>
    </message>
    <message>
        <source>The device '{device}' is not available here; available: {available}.</source>
        <translation>Устройства «{device}» здесь нет; доступны: {available}.</translation>
    </message>
    <message>
        <source>The disk is full, or the folder of the run cannot be written.</source>
        <translation>Диск заполнен, или в папку запуска нельзя писать.</translation>
    </message>
    <message>
        <source>The disk is full: {path} could not be written.</source>
        <translation>Диск заполнен: не удалось записать {path}.</translation>
    </message>
    <message>
        <source>The disk of the workspace is slow or busy; a local one is faster.</source>
        <translation>Диск рабочей папки медленный или занят; локальный быстрее.</translation>
    </message>
    <message>
        <source>The disk takes no more: {count} events wait in memory until there is room.</source>
        <translation>Диск больше не принимает данных: событий в памяти, ожидающих места: {count}.</translation>
    </message>
    <message>
        <source>The exported {format} model differs from the checkpoint by {difference:.2e}, more than {limit:.0e}; the file was removed.</source>
        <translation>Модель в формате {format} отличается от контрольной точки на {difference}, это больше {limit}; файл удалён.</translation>
    </message>
    <message>
        <source>The feature store {root} holds no rows.</source>
        <translation>В хранилище признаков {root} нет строк.</translation>
    </message>
    <message>
        <source>The feature store {root} keeps label '{label}' as '{encoding}', not as '{given}'.</source>
        <translation>Хранилище признаков {root} хранит метку «{label}» как «{encoding}», а не как «{given}».</translation>
    </message>
    <message>
        <source>The feature store {root} keeps other columns: {difference}.</source>
        <translation>Хранилище признаков {root} хранит другие столбцы: {difference}.</translation>
    </message>
    <message>
        <source>The features say nothing about this label, or features and labels do not belong together.</source>
        <translation>Признаки ничего не говорят об этой метке, или признаки и метки не соответствуют друг другу.</translation>
    </message>
    <message>
        <source>The file may be cut off or of another kind; copy it again, or move it away.</source>
        <translation>Файл может быть обрезан или другого вида; скопируйте его ещё раз или уберите.</translation>
    </message>
    <message>
        <source>The file may be cut off, locked or of another kind; copy it again.</source>
        <translation>Файл может быть обрезан, занят или другого вида; скопируйте его ещё раз.</translation>
    </message>
    <message>
        <source>The file names are those of an order-by-order capture.</source>
        <translation>Имена файлов такие, как у записи отдельных заявок.</translation>
    </message>
    <message>
        <source>The file names hold _message or _orderbook, as LOBSTER gives them.</source>
        <translation>В именах файлов есть _message или _orderbook, как у LOBSTER.</translation>
    </message>
    <message>
        <source>The file of the queue was gone; it was made again from {count} runs.</source>
        <translation>Файл очереди пропал; очередь восстановлена по запускам, их: {count}.</translation>
    </message>
    <message>
        <source>The files of '{name}' do not fit its mapping: {reason}</source>
        <translation>Файлы «{name}» не подходят к описанию столбцов: {reason}</translation>
    </message>
    <message>
        <source>The files that '{name}' was imported from are gone: {paths}.</source>
        <translation>Файлов, из которых импортирован «{name}», больше нет: {paths}.</translation>
    </message>
    <message>
        <source>The first row is of {time}: check the unit of the time, and the day.</source>
        <translation>Первая строка приходится на {time}: проверьте единицу времени и день.</translation>
    </message>
    <message>
        <source>The format was chosen by hand.</source>
        <translation>Формат выбран вручную.</translation>
    </message>
    <message>
        <source>The gradient norm is {now}, at a training accuracy of {accuracy}.</source>
        <translation>Норма градиента {now} при точности на обучающей выборке {accuracy}.</translation>
    </message>
    <message>
        <source>The gradient norm is {now}; it was {before} in the first steps.</source>
        <translation>Норма градиента {now}; на первых шагах была {before}.</translation>
    </message>
    <message>
        <source>The imported model {path} is damaged: {reason}.</source>
        <translation>Импортированная модель {path} повреждена: {reason}.</translation>
    </message>
    <message>
        <source>The label rule calls nearly every move by one name: there is nothing to learn.</source>
        <translation>Правило разметки почти всем движениям даёт одну метку: учиться нечему.</translation>
    </message>
    <message>
        <source>The last checkpoint could not be saved.</source>
        <translation>Последняя контрольная точка не сохранилась.</translation>
    </message>
    <message>
        <source>The learning rate is too high, or single windows have extreme values.</source>
        <translation>Скорость обучения слишком велика, или в отдельных окнах есть выбросы.</translation>
    </message>
    <message>
        <source>The learning rate is too high: every step overshoots.</source>
        <translation>Скорость обучения слишком велика: каждый шаг проскакивает минимум.</translation>
    </message>
    <message>
        <source>The learning rate is too high: steps jump across the valley.</source>
        <translation>Скорость обучения слишком велика: шаги перескакивают через минимум.</translation>
    </message>
    <message>
        <source>The learning rate is too high: the weights ran away.</source>
        <translation>Скорость обучения слишком велика: веса разошлись.</translation>
    </message>
    <message>
        <source>The learning rate is too high: the weights run away.</source>
        <translation>Скорость обучения слишком велика: веса расходятся.</translation>
    </message>
    <message>
        <source>The learning rate is too low to change anything.</source>
        <translation>Скорость обучения слишком мала, чтобы что-то менялось.</translation>
    </message>
    <message>
        <source>The limit is below the usual gradient, so it decides the direction less than the length of every step.</source>
        <translation>Предел ниже обычного градиента, поэтому он задаёт длину каждого шага, а не его направление.</translation>
    </message>
    <message>
        <source>The loss has risen to {spike} times that of the first steps and is now at {now} times.</source>
        <translation>Потеря поднималась до {spike} значений первых шагов, сейчас она на уровне {now}.</translation>
    </message>
    <message>
        <source>The mapping {path} cannot be read: {reason}.</source>
        <translation>Описание столбцов {path} нельзя прочитать: {reason}.</translation>
    </message>
    <message>
        <source>The mapping {path} is not valid YAML{place}: {reason}.</source>
        <translation>Описание столбцов {path} не является верным YAML{place}: {reason}.</translation>
    </message>
    <message>
        <source>The memory is full, so the machine swaps.</source>
        <translation>Память заполнена, машина обращается к подкачке.</translation>
    </message>
    <message>
        <source>The model has found that one answer is the cheapest.</source>
        <translation>Модель нашла, что выгоднее всего всегда отвечать одинаково.</translation>
    </message>
    <message>
        <source>The model has learnt what it can at this learning rate.</source>
        <translation>При этой скорости обучения модель выучила всё, что могла.</translation>
    </message>
    <message>
        <source>The model is set up for {expected} {what}, but the data has {found}.</source>
        <translation>Модель рассчитана на {expected} ({what}), а в данных {found}.</translation>
    </message>
    <message>
        <source>The model learns the training windows by heart.</source>
        <translation>Модель заучивает обучающие окна наизусть.</translation>
    </message>
    <message>
        <source>The name '{name}' is kept for the simulated order book.</source>
        <translation>Имя «{name}» занято смоделированным стаканом.</translation>
    </message>
    <message>
        <source>The network is saturated: its units no longer answer to the data.</source>
        <translation>Сеть насыщена: её нейроны больше не отзываются на данные.</translation>
    </message>
    <message>
        <source>The process that did the work ended with exit code {code}: {last}.</source>
        <translation>Процесс, делавший работу, завершился с кодом {code}: {last}.</translation>
    </message>
    <message>
        <source>The queue of {folder} is being worked off already.</source>
        <translation>Очередь {folder} уже выполняется.</translation>
    </message>
    <message>
        <source>The queue of {folder} is kept locked by another process.</source>
        <translation>Очередь {folder} занята другим процессом.</translation>
    </message>
    <message>
        <source>The queue runs 1 to {most} trainings at once, not {number}.</source>
        <translation>Очередь ведёт от 1 до {most} обучений одновременно, а не {number}.</translation>
    </message>
    <message>
        <source>The queue was damaged and was made again from {count} runs, in the order in which they were added; the damaged file is kept as {file}.</source>
        <translation>Файл очереди был повреждён; очередь восстановлена по запускам (их: {count}) в том порядке, в каком их добавляли; повреждённый файл сохранён как {file}.</translation>
    </message>
    <message>
        <source>The rows need {needed:.1f} GB on the disk of {folder}, and {free:.1f} GB are free.</source>
        <translation>Строкам нужно {needed:.1f} ГБ на диске папки {folder}, а свободно {free:.1f} ГБ.</translation>
    </message>
    <message>
        <source>The setting fold = {fold} is ignored: every fold is trained.</source>
        <translation>Настройка fold = {fold} не действует: обучаются все разрезы.</translation>
    </message>
    <message>
        <source>The shapes do not tell how many rows and features a window of this model has.</source>
        <translation>По формам не видно, сколько строк и признаков в окне этой модели.</translation>
    </message>
    <message>
        <source>The stored rows of '{name}' have changed since the import.</source>
        <translation>Строки «{name}» изменились после импорта.</translation>
    </message>
    <message>
        <source>The stored scaling is damaged: {reason}.</source>
        <translation>Сохранённый масштаб повреждён: {reason}.</translation>
    </message>
    <message>
        <source>The test predictions {path} cannot be read: {reason}.</source>
        <translation>Не удаётся прочитать предсказания на тесте {path}: {reason}.</translation>
    </message>
    <message>
        <source>The training doctor has stopped: {kind}: {text}.</source>
        <translation>Доктор остановился: {kind}: {text}.</translation>
    </message>
    <message>
        <source>The training holds {used} GB, {share} of the memory.</source>
        <translation>Обучение занимает {used} ГБ, {share} памяти.</translation>
    </message>
    <message>
        <source>The training itself goes on and is not touched.</source>
        <translation>Само обучение идёт дальше, его это не касается.</translation>
    </message>
    <message>
        <source>The training runs without compilation: {reason}.</source>
        <translation>Обучение идёт без компиляции: {reason}.</translation>
    </message>
    <message>
        <source>The training stopped on an unexpected error: {kind}: {text}.</source>
        <translation>Обучение остановилось из-за неожиданной ошибки: {kind}: {text}.</translation>
    </message>
    <message>
        <source>The training was ended at once, in the middle of a step.</source>
        <translation>Обучение прервано сразу, посреди шага.</translation>
    </message>
    <message>
        <source>The weights do not fit the model they are stored with: {reason}.</source>
        <translation>Веса не подходят модели, с которой сохранены: {reason}.</translation>
    </message>
    <message>
        <source>The weights of {where} are of another model: {details}.</source>
        <translation>Веса {where} от другой модели: {details}.</translation>
    </message>
    <message>
        <source>The weights of {where} hold numbers that are not finite ({names}).</source>
        <translation>В весах {where} есть не конечные числа ({names}).</translation>
    </message>
    <message>
        <source>The work took longer than {seconds} s and was ended.</source>
        <translation>Работа заняла больше {seconds} с и была прервана.</translation>
    </message>
    <message>
        <source>The workspace {root} cannot be created: {reason}.</source>
        <translation>Рабочий каталог {root} нельзя создать: {reason}.</translation>
    </message>
    <message>
        <source>The workspace {root} is read-only.</source>
        <translation>Рабочий каталог {root} доступен только для чтения.</translation>
    </message>
    <message>
        <source>The {part} part has no labelled window; {purged} windows were left out before the next part by purge and embargo.</source>
        <translation>В части {part} нет размеченных окон; перед следующей частью зазор и эмбарго убрали окон: {purged}.</translation>
    </message>
    <message>
        <source>The {part} part has no {missing} window (label {label}); it has {shown}.</source>
        <translation>В части {part} нет окон класса {missing} (метка {label}); есть {shown}.</translation>
    </message>
    <message>
        <source>The {what} is not a finite number in epoch {epoch}, step {step}; the weights were left as they were before this step.</source>
        <translation>Не конечное число ({what}): эпоха {epoch}, шаг {step}; веса оставлены такими, какими были до этого шага.</translation>
    </message>
    <message>
        <source>There are no {name} windows.</source>
        <translation>Нет окон: {name}.</translation>
    </message>
    <message>
        <source>There is already an imported model '{name}'.</source>
        <translation>Импортированная модель «{name}» уже есть.</translation>
    </message>
    <message>
        <source>There is no dataset '{name}' in {folder}; known: {known}.{hint}</source>
        <translation>В {folder} нет набора данных «{name}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is no export format '{format}'; known: {known}.{hint}</source>
        <translation>Формата «{format}» нет; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is no feature '{name}' to leave out; features: {known}.{hint}</source>
        <translation>Признака «{name}» нет; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is no feature set '{name}'; known: {known}.{hint}</source>
        <translation>Набора признаков «{name}» нет; известны: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is no feature store in {root}: {file} is missing.</source>
        <translation>В {root} нет хранилища признаков: не хватает файла {file}.</translation>
    </message>
    <message>
        <source>There is no imported model '{name}'; known: {known}.{hint}</source>
        <translation>Нет импортированной модели «{name}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is no window {number}: those of '{part}' have the numbers 0 to {last}.</source>
        <translation>Окна {number} нет: в части «{part}» номера от 0 до {last}.</translation>
    </message>
    <message>
        <source>There is no {what} '{value}' among the windows; known: {known}.{hint}</source>
        <translation>Среди окон нет {what} «{value}»; известны: {known}.{hint}</translation>
    </message>
    <message>
        <source>There is nothing to convert in {source}: neither offline/{group}/date=.../*.parquet nor &lt;SYMBOL&gt;/features/&lt;day&gt;_batch_&lt;number&gt;.npy.</source>
        <translation>В {source} нечего переносить: нет ни offline/{group}/date=.../*.parquet, ни &lt;SYMBOL&gt;/features/&lt;day&gt;_batch_&lt;number&gt;.npy.</translation>
    </message>
    <message>
        <source>These are not the weights of a HybridCNNLSTMv2: {missing} is missing.</source>
        <translation>Это не веса HybridCNNLSTMv2: нет {missing}.</translation>
    </message>
    <message>
        <source>These features were left out: {names}.</source>
        <translation>Убраны признаки: {names}.</translation>
    </message>
    <message>
        <source>Train the run until its first checkpoint, then export again.</source>
        <translation>Дождитесь первой контрольной точки и экспортируйте снова.</translation>
    </message>
    <message>
        <source>Train without symbol {symbol}</source>
        <translation>Обучать без инструмента {symbol}</translation>
    </message>
    <message>
        <source>Training loss has moved by {moved} in six epochs, at a learning rate of {rate}.</source>
        <translation>За шесть эпох потеря на обучающей выборке сдвинулась на {moved} при скорости обучения {rate}.</translation>
    </message>
    <message>
        <source>Training loss has turned {turns} times in six epochs and moves by {swing} each time.</source>
        <translation>За шесть эпох потеря на обучающей выборке сменила направление {turns} раза и каждый раз сдвигалась на {swing}.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Попробуйте ещё раз чуть позже.</translation>
    </message>
    <message>
        <source>Try again when the machine is less busy.</source>
        <translation>Повторите, когда машина будет меньше занята.</translation>
    </message>
    <message>
        <source>Try again; if it happens again, please report it.</source>
        <translation>Попробуйте ещё раз; если повторится, сообщите об этом.</translation>
    </message>
    <message>
        <source>Two columns of the feature store would be called '{column}'.</source>
        <translation>Два столбца хранилища признаков назывались бы «{column}».</translation>
    </message>
    <message>
        <source>Update this program.</source>
        <translation>Обновите программу.</translation>
    </message>
    <message>
        <source>Use all days</source>
        <translation>Взять все дни</translation>
    </message>
    <message>
        <source>Use all symbols</source>
        <translation>Взять все инструменты</translation>
    </message>
    <message>
        <source>Use an earlier copy of the model.</source>
        <translation>Возьмите более раннюю копию модели.</translation>
    </message>
    <message>
        <source>Use letters, digits, '_', '-' and '.', at most 64, not beginning with '.'.</source>
        <translation>Берите буквы, цифры, «_», «-» и «.», не больше 64 знаков, первой не точку.</translation>
    </message>
    <message>
        <source>Use letters, digits, dots, dashes and underscores; begin with a letter.</source>
        <translation>Используйте латинские буквы, цифры, точки, дефисы и подчёркивания; начните с буквы.</translation>
    </message>
    <message>
        <source>Use more days or symbols, another label or threshold, or a larger part.</source>
        <translation>Возьмите больше дней или инструментов, другую метку или порог либо увеличьте часть.</translation>
    </message>
    <message>
        <source>Use more days, enlarge this part, or lower the embargo, the horizon or the sequence length.</source>
        <translation>Возьмите больше дней, увеличьте эту часть либо уменьшите эмбарго, горизонт или длину окна.</translation>
    </message>
    <message>
        <source>Use more days, or another scaling.</source>
        <translation>Возьмите больше дней или другой масштаб.</translation>
    </message>
    <message>
        <source>Validation accuracy {validation} is far above training accuracy {training}.</source>
        <translation>Точность на проверочной выборке {validation} намного выше, чем на обучающей, {training}.</translation>
    </message>
    <message>
        <source>Wait for it to end, or stop it first.</source>
        <translation>Дождитесь конца или сначала остановите его.</translation>
    </message>
    <message>
        <source>What the run takes of the machine cannot be read: {kind}: {text}.</source>
        <translation>Не удаётся прочитать, сколько ресурсов занимает запуск: {kind}: {text}.</translation>
    </message>
    <message>
        <source>Where it came from a raw format, import it again with --format.</source>
        <translation>Если набор получен из сырого формата, импортируйте его заново с --format.</translation>
    </message>
    <message>
        <source>Windows of the training and validation parts may overlap.</source>
        <translation>Окна обучающей и проверочной выборок, возможно, пересекаются.</translation>
    </message>
    <message>
        <source>Within {difference}: {steps} steps from checkpoint {start} (epoch {epoch}).</source>
        <translation>Расхождение не больше {difference}: шагов {steps}, от контрольной точки {start} (эпоха {epoch}).</translation>
    </message>
    <message>
        <source>a date such as 2024-01-31 is expected.</source>
        <translation>нужна дата, например 2024-01-31.</translation>
    </message>
    <message>
        <source>a run of several trainings does each of them in one process.</source>
        <translation>запуск из нескольких обучений ведёт каждое из них в одном процессе.</translation>
    </message>
    <message>
        <source>a whole number from 1 to 50 is expected.</source>
        <translation>нужно целое число от 1 до 50.</translation>
    </message>
    <message>
        <source>at least one block is needed.</source>
        <translation>нужен хотя бы один блок.</translation>
    </message>
    <message>
        <source>at least one block must be trained on.</source>
        <translation>хотя бы один блок должен остаться для обучения.</translation>
    </message>
    <message>
        <source>checkpoint {target} differs in {names}</source>
        <translation>в контрольной точке {target} расходятся: {names}</translation>
    </message>
    <message>
        <source>comparing with the import</source>
        <translation>сверка с импортом</translation>
    </message>
    <message>
        <source>counting classes and gaps</source>
        <translation>подсчёт классов и разрывов</translation>
    </message>
    <message>
        <source>done</source>
        <translation>готово</translation>
    </message>
    <message>
        <source>drawing prices</source>
        <translation>цены</translation>
    </message>
    <message>
        <source>has no checkpoints to go on from</source>
        <translation>нет контрольных точек, с которых можно продолжить</translation>
    </message>
    <message>
        <source>kernel sizes must be odd, so that time stays aligned.</source>
        <translation>размеры ядер должны быть нечётными, чтобы время не сдвигалось.</translation>
    </message>
    <message>
        <source>looking at the features</source>
        <translation>просмотр признаков</translation>
    </message>
    <message>
        <source>looking at the rows</source>
        <translation>просмотр строк</translation>
    </message>
    <message>
        <source>looking for features that know the future</source>
        <translation>поиск признаков, знающих будущее</translation>
    </message>
    <message>
        <source>looking for leaks between the parts</source>
        <translation>поиск утечек между частями</translation>
    </message>
    <message>
        <source>no reason is known; please report this</source>
        <translation>причина неизвестна; пожалуйста, сообщите об этом</translation>
    </message>
    <message>
        <source>one of {known} is expected.</source>
        <translation>нужно одно из: {known}.</translation>
    </message>
    <message>
        <source>pauses after this step and frees the memory</source>
        <translation>встанет на паузу после этого шага и освободит память</translation>
    </message>
    <message>
        <source>profiling columns</source>
        <translation>просмотр столбцов</translation>
    </message>
    <message>
        <source>reading the rows</source>
        <translation>чтение строк</translation>
    </message>
    <message>
        <source>several hosts need a meeting point, host:port of the first of them.</source>
        <translation>нескольким компьютерам нужно место встречи: host:port первого из них.</translation>
    </message>
    <message>
        <source>splitting</source>
        <translation>разбиение</translation>
    </message>
    <message>
        <source>splitting as a training would</source>
        <translation>разбиение, как при обучении</translation>
    </message>
    <message>
        <source>stops before the next training</source>
        <translation>остановится перед следующим обучением</translation>
    </message>
    <message>
        <source>test</source>
        <translation>теста</translation>
    </message>
    <message>
        <source>the device was {before}, is now {after}</source>
        <translation>устройство: было {before}, стало {after}</translation>
    </message>
    <message>
        <source>the epoch in progress begins anew</source>
        <translation>начатая эпоха идёт заново</translation>
    </message>
    <message>
        <source>the losses differ from step {step} on</source>
        <translation>потери расходятся начиная с шага {step}</translation>
    </message>
    <message>
        <source>the number of CPU threads was {before}, is now {after}</source>
        <translation>число потоков процессора: было {before}, стало {after}</translation>
    </message>
    <message>
        <source>the number of processes was {before}, is now {after}</source>
        <translation>число процессов: было {before}, стало {after}</translation>
    </message>
    <message>
        <source>the optimizer was {before}, is now {after}</source>
        <translation>оптимизатор: был {before}, стал {after}</translation>
    </message>
    <message>
        <source>the run itself went on inexactly from step {step}: {reason}</source>
        <translation>сам запуск был продолжен неточно с шага {step}: {reason}</translation>
    </message>
    <message>
        <source>the split method '{split_method}' makes one training, not several folds.</source>
        <translation>способ разбиения «{split_method}» даёт одно обучение, а не несколько разрезов.</translation>
    </message>
    <message>
        <source>the training had not begun when it ended</source>
        <translation>запуск прервался до начала обучения</translation>
    </message>
    <message>
        <source>there are only {num_folds} folds.</source>
        <translation>всего разрезов: {num_folds}.</translation>
    </message>
    <message>
        <source>there is no such option.</source>
        <translation>такого параметра нет.</translation>
    </message>
    <message>
        <source>there is no such setting.</source>
        <translation>такой настройки нет.</translation>
    </message>
    <message>
        <source>this device repeats its sums exactly with Deterministic kernels only</source>
        <translation>это устройство точно повторяет суммы только с детерминированными ядрами</translation>
    </message>
    <message>
        <source>three shares that add up to 1 are needed, for SELL, HOLD and BUY.</source>
        <translation>нужны три доли для SELL, HOLD и BUY, в сумме 1.</translation>
    </message>
    <message>
        <source>training</source>
        <translation>обучения</translation>
    </message>
    <message>
        <source>training, validation and test shares add up to {v0}, not 1.</source>
        <translation>обучающая, проверочная и тестовая доли дают в сумме {v0}, а не 1.</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>проверки</translation>
    </message>
    <message>
        <source>walk-forward folds need a test share.</source>
        <translation>для шагов вперёд нужна тестовая доля.</translation>
    </message>
    <message>
        <source>was asked of an earlier attempt, which ended first; ask again if it still holds</source>
        <translation>относилось к прошлой попытке, а она завершилась раньше; повторите, если это ещё нужно</translation>
    </message>
    <message>
        <source>{bad} of the last {total} steps had a loss or gradient that is not a finite number, the newest is step {step}.</source>
        <translation>Из последних {total} шагов у {bad} потеря или градиент — не конечное число; последний такой шаг — {step}.</translation>
    </message>
    <message>
        <source>{count} candles came again in a later file, which replaced them.</source>
        <translation>Свечей, повторённых в более позднем файле и заменённых им: {count}.</translation>
    </message>
    <message>
        <source>{count} checkpoints in a row could not be saved.</source>
        <translation>Не сохранились контрольные точки, подряд: {count}.</translation>
    </message>
    <message>
        <source>{count} evaluations without progress; the best is epoch {epoch}.</source>
        <translation>Проверок без улучшения: {count}; лучшая эпоха — {epoch}.</translation>
    </message>
    <message>
        <source>{count} features need an order book (levels: {levels}) and were left out: {names}.</source>
        <translation>Без стакана (уровней: {levels}) не вычислить признаки, они пропущены ({count}): {names}.</translation>
    </message>
    <message>
        <source>{count} features need an order book and were left out.</source>
        <translation>Пропущены признаки, для которых нужен стакан: {count}.</translation>
    </message>
    <message>
        <source>{count} features need candles and were left out.</source>
        <translation>Пропущены признаки, для которых нужны свечи: {count}.</translation>
    </message>
    <message>
        <source>{count} features need trades, which no importer keeps yet, and were left out: {names}.</source>
        <translation>Без сделок, которых не хранит ни один способ загрузки, не вычислить признаки, они пропущены ({count}): {names}.</translation>
    </message>
    <message>
        <source>{count} of {total} days; the first is day {day}</source>
        <translation>{count} из {total} дней; первый — день {day}</translation>
    </message>
    <message>
        <source>{count} of {total} validation windows have the label {name}.</source>
        <translation>У {count} из {total} проверочных окон метка {name}.</translation>
    </message>
    <message>
        <source>{count} rows at the starts of stretches without a gap were left out, because features look back {rows} rows.</source>
        <translation>Пропущены строки в начале непрерывных отрезков ({count}): признаки смотрят назад на столько строк: {rows}.</translation>
    </message>
    <message>
        <source>{count} rows of symbol {symbol} were left out.</source>
        <translation>Строк инструмента {symbol} убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} rows that came a second time were left out.</source>
        <translation>Строк, пришедших второй раз, убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} rows that only repeated the row before were left out.</source>
        <translation>Строк, только повторявших предыдущую, убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} rows that were not later than the row before were left out.</source>
        <translation>Строк не позже предыдущей убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} rows with a crossed book were left out.</source>
        <translation>Строк с пересечённым стаканом убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} rows with a price of zero or none were left out.</source>
        <translation>Строк с нулевой или пустой ценой убрано: {count}.</translation>
    </message>
    <message>
        <source>{count} windows of the first day are left out: no day before it to scale them by.</source>
        <translation>Окна первого дня ({count}) не используются: до него нет дня, по которому их масштабировать.</translation>
    </message>
    <message>
        <source>{free} GB are free on the disk of the workspace.</source>
        <translation>На диске рабочей папки свободно {free} ГБ.</translation>
    </message>
    <message>
        <source>{in_a_row} steps in a row, {total} in all, had a loss or gradient that is not a finite number, up to step {step}; they were left out.</source>
        <translation>До шага {step} у {in_a_row} шагов подряд, всего у {total}, потеря или градиент — не конечное число; эти шаги пропущены.</translation>
    </message>
    <message>
        <source>{name} has no complete row; '{column}' is most often not a number.</source>
        <translation>В {name} нет ни одной полной строки; чаще всего не число в столбце «{column}».</translation>
    </message>
    <message>
        <source>{name} must be a whole number, not {value}.</source>
        <translation>{name} должно быть целым числом, а не {value}.</translation>
    </message>
    <message>
        <source>{name} was changed to {value} after step {step}, which the replay repeats</source>
        <translation>после шага {step} параметр {name} изменён на {value}; при повторе это учтено</translation>
    </message>
    <message>
        <source>{name} was {before}, is now {after}</source>
        <translation>{name}: было {before}, стало {after}</translation>
    </message>
    <message>
        <source>{now} windows a second in the last minute; {usual} were usual.</source>
        <translation>За последнюю минуту {now} окон в секунду; обычно было {usual}.</translation>
    </message>
    <message>
        <source>{num_folds} folds are more than the {most} of one run.</source>
        <translation>разрезов {num_folds}, а в одном запуске их может быть не больше {most}.</translation>
    </message>
    <message>
        <source>{num_processes} processes need a GPU each; this machine has {num_gpus}.</source>
        <translation>{num_processes} процессам нужно по видеокарте каждому, а здесь их {num_gpus}.</translation>
    </message>
    <message>
        <source>{path} announces tensors of {declared} MB, but the whole file has {size} MB.</source>
        <translation>{path} заявляет тензоры на {declared} МБ, но весь файл занимает {size} МБ.</translation>
    </message>
    <message>
        <source>{path} cannot be read as an exported model: {reason}.</source>
        <translation>{path} нельзя прочитать как экспортированную модель: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read as weights: {reason}.</source>
        <translation>{path} нельзя прочитать как веса: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>{path} нельзя прочитать: {reason}.</translation>
    </message>
    <message>
        <source>{path} cannot be written: no permission, or the folder is read-only.</source>
        <translation>{path} нельзя записать: нет прав или папка только для чтения.</translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>Не удалось записать {path}: {reason}.</translation>
    </message>
    <message>
        <source>{path} does not hold weights by name.</source>
        <translation>В {path} нет весов с именами.</translation>
    </message>
    <message>
        <source>{path} has a column '{column}' that its feature store does not keep.</source>
        <translation>В {path} есть столбец «{column}», которого нет в хранилище признаков.</translation>
    </message>
    <message>
        <source>{path} has fewer rows than its description says.</source>
        <translation>В {path} меньше строк, чем сказано в описании.</translation>
    </message>
    <message>
        <source>{path} has no column '{column}', which is a feature in the other files.</source>
        <translation>В {path} нет столбца «{column}», который в других файлах служит признаком.</translation>
    </message>
    <message>
        <source>{path} has no column '{column}', which its feature store keeps.</source>
        <translation>В {path} нет столбца «{column}», который есть в хранилище признаков.</translation>
    </message>
    <message>
        <source>{path} has no numeric column left to be a feature.</source>
        <translation>В {path} не осталось числовых столбцов для признаков.</translation>
    </message>
    <message>
        <source>{path} has no rows.</source>
        <translation>В {path} нет строк.</translation>
    </message>
    <message>
        <source>{path} has version {found} of the store's layout; this program knows {known}.</source>
        <translation>{path}: версия устройства хранилища {found}, а программа знает {known}.</translation>
    </message>
    <message>
        <source>{path} is a file of weights that has not been checked yet.</source>
        <translation>{path}: это файл весов, который ещё не проверен.</translation>
    </message>
    <message>
        <source>{path} is damaged: {reason}.</source>
        <translation>{path} повреждён: {reason}.</translation>
    </message>
    <message>
        <source>{path} is empty.</source>
        <translation>{path} пуст.</translation>
    </message>
    <message>
        <source>{path} is larger than {limit} GB, more than any model of this program.</source>
        <translation>{path} больше {limit} ГБ, чего не бывает ни у одной модели этой программы.</translation>
    </message>
    <message>
        <source>{path} is neither a Parquet nor a CSV file.</source>
        <translation>{path} не Parquet и не CSV.</translation>
    </message>
    <message>
        <source>{path} is not a plain file of weights: it holds {found}.</source>
        <translation>{path} не просто файл весов: в нём {found}.</translation>
    </message>
    <message>
        <source>{path} is not a run: run.json is missing or damaged ({reason}).</source>
        <translation>{path} не похоже на обучение: run.json отсутствует или повреждён ({reason}).</translation>
    </message>
    <message>
        <source>{path} is of no known format.</source>
        <translation>Формат {path} неизвестен.</translation>
    </message>
    <message>
        <source>{path} names no symbol, and the mapping remembered for its columns ({mapping}) was used for '{symbol}'.</source>
        <translation>В {path} нет инструмента, а запомненное для его столбцов описание ({mapping}) применялось к «{symbol}».</translation>
    </message>
    <message>
        <source>{path} was not read: it asks for {name}, which weights do not need; such a file can run programs.</source>
        <translation>{path} не прочитан: он требует {name}, а весам это не нужно; такой файл может запускать программы.</translation>
    </message>
    <message>
        <source>{path}, row {row}: '{value}' in column '{column}' is not a number.</source>
        <translation>{path}, строка {row}: «{value}» в столбце «{column}» не число.</translation>
    </message>
    <message>
        <source>{path}, row {row}: there is no {column}.</source>
        <translation>{path}, строка {row}: нет значения {column}.</translation>
    </message>
    <message>
        <source>{path}: column '{column}' ({key} in the mapping) holds {kind}, not numbers.</source>
        <translation>{path}: в столбце «{column}» ({key} в описании) не числа, а {kind}.</translation>
    </message>
    <message>
        <source>{path}: column '{column}' holds {found}, the store keeps {expected}.</source>
        <translation>{path}: в столбце «{column}» тип {found}, а хранилище хранит {expected}.</translation>
    </message>
    <message>
        <source>{path}: column '{column}' holds {kind}, neither numbers nor text.</source>
        <translation>{path}: в столбце «{column}» не числа и не текст, а {kind}.</translation>
    </message>
    <message>
        <source>{path}: feature '{column}' holds {kind}, not numbers.</source>
        <translation>{path}: в признаке «{column}» {kind}, а не числа.</translation>
    </message>
    <message>
        <source>{path}: feature '{column}' is {value:g} in all {count} rows, so nothing can be learnt from it.</source>
        <translation>{path}: признак «{column}» равен {value} во всех строках ({count}), учиться по нему нечему.</translation>
    </message>
    <message>
        <source>{path}: no row is complete; {count} rows have a missing value.</source>
        <translation>{path}: нет полных строк; с пропусками строк: {count}.</translation>
    </message>
    <message>
        <source>{path}: no two rows follow each other within {gap:g} s, too few for a window.</source>
        <translation>{path}: никакие две строки не идут подряд ближе {gap} с, окно не составить.</translation>
    </message>
    <message>
        <source>{path}: the column name '{column}' is kept for what an import adds.</source>
        <translation>{path}: имя столбца «{column}» занято: такие столбцы добавляет сам импорт.</translation>
    </message>
    <message>
        <source>{path}: the files do not hold books of one depth; {columns} are not in all of them.</source>
        <translation>{path}: глубина стаканов в файлах разная; не во всех есть {columns}.</translation>
    </message>
    <message>
        <source>{path}: the symbol '{symbol}' is too long to name a folder.</source>
        <translation>{path}: инструмент «{symbol}» слишком длинный для имени папки.</translation>
    </message>
    <message>
        <source>{path}: there is no such file, or no Parquet or CSV file in it.</source>
        <translation>{path}: такого файла нет, или внутри нет файлов Parquet и CSV.</translation>
    </message>
    <message>
        <source>{path}: there is no such file, or no data file in it.</source>
        <translation>{path}: такого файла нет, или в папке нет файлов данных.</translation>
    </message>
    <message>
        <source>{place}: column '{column}' is {value}.</source>
        <translation>{place}: в столбце «{column}» значение {value}.</translation>
    </message>
    <message>
        <source>{place}: the symbol already has a row at this time ({count} such rows).</source>
        <translation>{place}: у инструмента уже есть строка с этим временем (таких строк: {count}).</translation>
    </message>
    <message>
        <source>{place}: the symbol is missing.</source>
        <translation>{place}: не указан инструмент.</translation>
    </message>
    <message>
        <source>{place}: the time is missing or cannot be read.</source>
        <translation>{place}: время отсутствует или не читается.</translation>
    </message>
    <message>
        <source>{place}: this row is earlier than the row of its symbol before it.</source>
        <translation>{place}: строка раньше предыдущей строки того же инструмента.</translation>
    </message>
    <message>
        <source>{place}: {value} in label '{column}' is outside its encoding ({listed}).</source>
        <translation>{place}: {value} в метке «{column}» вне кодировки ({listed}).</translation>
    </message>
    <message>
        <source>{run} cannot be deleted: it is {state}.</source>
        <translation>{run} нельзя удалить: состояние {state}.</translation>
    </message>
    <message>
        <source>{run} cannot be queued: it is {state}.</source>
        <translation>{run} нельзя поставить в очередь: состояние {state}.</translation>
    </message>
    <message>
        <source>{run} did not start: {why}</source>
        <translation>{run} не запустилось: {why}</translation>
    </message>
    <message>
        <source>{run} does not wait in the queue.</source>
        <translation>{run} не ждёт в очереди.</translation>
    </message>
    <message>
        <source>{run} has no checkpoint '{wanted}' that counts; it has: {known}.{hint}</source>
        <translation>У {run} нет действующей контрольной точки «{wanted}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>{run} has no checkpoint '{wanted}'; it has: {known}.{hint}</source>
        <translation>В {run} нет контрольной точки «{wanted}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>{run} has no checkpoint to check yet.</source>
        <translation>У {run} пока нет контрольной точки для проверки.</translation>
    </message>
    <message>
        <source>{run} has no checkpoint yet.</source>
        <translation>В {run} ещё нет контрольных точек.</translation>
    </message>
    <message>
        <source>{run} has no model to export: {name} is missing or damaged ({reason}).</source>
        <translation>В {run} нечего экспортировать: {name} отсутствует или повреждён ({reason}).</translation>
    </message>
    <message>
        <source>{run} has no training '{reference}'{known}.</source>
        <translation>В {run} нет обучения «{reference}»{known}.</translation>
    </message>
    <message>
        <source>{run} has no unbroken record of its steps from checkpoint {start} to {target}.</source>
        <translation>У {run} нет непрерывной записи шагов от контрольной точки {start} до {target}.</translation>
    </message>
    <message>
        <source>{run} has not failed in the queue.</source>
        <translation>{run} не завершался в очереди с ошибкой.</translation>
    </message>
    <message>
        <source>{run} has not loaded its data yet.</source>
        <translation>{run} ещё не загрузил свои данные.</translation>
    </message>
    <message>
        <source>{run} has recorded no steps behind checkpoint {start}, so there is nothing to replay.</source>
        <translation>После контрольной точки {start} у {run} не записано ни одного шага, повторять нечего.</translation>
    </message>
    <message>
        <source>{run} is already being trained by another process.</source>
        <translation>{run} уже обучает другой процесс.</translation>
    </message>
    <message>
        <source>{run} is already {state} in process {pid}.</source>
        <translation>{run} уже в состоянии {state}, процесс {pid}.</translation>
    </message>
    <message>
        <source>{run} is in the queue already.</source>
        <translation>{run} уже в очереди.</translation>
    </message>
    <message>
        <source>{run} is in the workspace {root} already.</source>
        <translation>{run} уже есть в рабочей папке {root}.</translation>
    </message>
    <message>
        <source>{run} is not in the trash {folder}.</source>
        <translation>{run} нет в корзине {folder}.</translation>
    </message>
    <message>
        <source>{run} is not in the workspace {folder}.</source>
        <translation>{run} не из рабочей папки {folder}.</translation>
    </message>
    <message>
        <source>{run} is not running: it is {state}.</source>
        <translation>{run} не идёт: состояние {state}.</translation>
    </message>
    <message>
        <source>{run} is still being trained in {folder}.</source>
        <translation>{run} ещё обучается в {folder}.</translation>
    </message>
    <message>
        <source>{run} is still {state}.</source>
        <translation>{run} ещё в состоянии {state}.</translation>
    </message>
    <message>
        <source>{run} trains on one host; there is nothing to join.</source>
        <translation>{run} обучается на одном компьютере: присоединяться не к чему.</translation>
    </message>
    <message>
        <source>{run} was not trained on a dataset of the workspace, so its windows cannot be shown.</source>
        <translation>{run} обучался не на наборе данных рабочей папки, поэтому его окна нельзя показать.</translation>
    </message>
    <message>
        <source>{share} of the predictions are {name}; the largest class has {floor} of the windows.</source>
        <translation>{share} предсказаний — {name}; в самом большом классе {floor} окон.</translation>
    </message>
    <message>
        <source>{share} of the steps were clipped to a gradient norm of {clip}; {usual} is usual.</source>
        <translation>{share} шагов обрезаны до нормы градиента {clip}; обычная норма {usual}.</translation>
    </message>
    <message>
        <source>{url} is on a web server, which does not list its files.</source>
        <translation>{url} лежит на веб-сервере, а он не даёт списка файлов.</translation>
    </message>
    <message>
        <source>{v0} entries for {v1} blocks; give one per block or none.</source>
        <translation>значений {v0}, а блоков {v1}; дайте по одному на блок или ни одного.</translation>
    </message>
    <message>
        <source>{v0} heads do not divide twice the hidden size ({v1}).</source>
        <translation>удвоенный размер скрытого слоя ({v1}) не делится на число голов {v0}.</translation>
    </message>
    <message>
        <source>{v0} is above the learning rate {v1}.</source>
        <translation>{v0} больше скорости обучения {v1}.</translation>
    </message>
    <message>
        <source>{v0} is not accepted: should be {v1}.</source>
        <translation>{v0} не подходит: ожидается {v1}.</translation>
    </message>
    <message>
        <source>{v0} is not auto, cpu, cuda, cuda:N or mps.</source>
        <translation>{v0} не одно из auto, cpu, cuda, cuda:N, mps.</translation>
    </message>
    <message>
        <source>{v0} is not {v1}.</source>
        <translation>{v0} вне пределов: {v1}.</translation>
    </message>
    <message>
        <source>{v0} kernel sizes for {v1} blocks; give one per block.</source>
        <translation>размеров ядер {v0}, а блоков {v1}; дайте по одному на блок.</translation>
    </message>
    <message>
        <source>{v0} rows cannot be halved {v1} times; use a longer window or fewer halving blocks.</source>
        <translation>окно из {v0} строк нельзя сжать вдвое {v1} раз; возьмите окно длиннее или меньше сжимающих блоков.</translation>
    </message>
    <message>
        <source>{where} has no column '{column}' ({key} in the mapping); it has: {known}.{hint}</source>
        <translation>В {where} нет столбца «{column}» ({key} в описании); есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>{where} has no symbol '{symbol}'; it has: {known}.{hint}</source>
        <translation>В {where} нет инструмента «{symbol}»; есть: {known}.{hint}</translation>
    </message>
    <message>
        <source>training, validation and test shares add up to {total}, not 1.</source>
        <translation>доли обучения, проверки и теста в сумме дают {total}, а не 1.</translation>
    </message>
    <message>
        <source>{count} kernel sizes for {blocks} blocks; give one per block.</source>
        <translation>размеров ядра: {count}, блоков: {blocks}; нужно по одному на блок.</translation>
    </message>
    <message>
        <source>{count} entries for {blocks} blocks; give one per block or none.</source>
        <translation>значений: {count}, блоков: {blocks}; нужно по одному на блок или ни одного.</translation>
    </message>
    <message>
        <source>{heads} heads do not divide twice the hidden size ({size}).</source>
        <translation>число голов {heads} не делит удвоенный размер скрытого слоя ({size}) нацело.</translation>
    </message>
    <message>
        <source>{rows} rows cannot be halved {times} times; use a longer window or fewer halving blocks.</source>
        <translation>{rows} строк нельзя сжать вдвое {times} раз; удлините окно или уменьшите число сжимающих блоков.</translation>
    </message>
    <message>
        <source>{value} is not auto, cpu, cuda, cuda:N or mps.</source>
        <translation>{value}: допустимы auto, cpu, cuda, cuda:N и mps.</translation>
    </message>
    <message>
        <source>{value} is above the learning rate {rate}.</source>
        <translation>{value} больше скорости обучения {rate}.</translation>
    </message>
    <message>
        <source>{value} is not {limits}.</source>
        <translation>{value} вне допустимого: {limits}.</translation>
    </message>
    <message>
        <source>{value} is not accepted: should be {what}.</source>
        <translation>{value} не подходит; нужно: {what}.</translation>
    </message>
    <message>
        <source>belongs to a built-in preset.</source>
        <translation>это имя встроенного набора настроек.</translation>
    </message>
    <message>
        <source>is already taken.</source>
        <translation>имя уже занято.</translation>
    </message>
    <message>
        <source>There is no command {command}; known: {known}.</source>
        <translation>Команды {command} нет; есть: {known}.</translation>
    </message>
    <message>
        <source>keys such as symbol and timestamp are expected.</source>
        <translation>ожидаются ключи, например symbol и timestamp.</translation>
    </message>
    <message>
        <source>Correct the mapping.</source>
        <translation>Исправьте файл соответствий.</translation>
    </message>
    <message>
        <source>there is no such key.</source>
        <translation>такого ключа нет.</translation>
    </message>
    <message>
        <source>this key is required.</source>
        <translation>этот ключ обязателен.</translation>
    </message>
    <message>
        <source>No data was found in {store} or {legacy}: training on the simulated order book.</source>
        <translation>Данных нет ни в {store}, ни в {legacy}: обучение идёт на смоделированном стакане.</translation>
    </message>
    <message>
        <source>Import a dataset to train on market data.</source>
        <translation>Импортируйте набор данных, чтобы обучать на рыночных данных.</translation>
    </message>
    <message>
        <source>{path} does not declare a label encoding.</source>
        <translation>В {path} не указана кодировка меток.</translation>
    </message>
    <message>
        <source>Write `encoding: classes` (0, 1, 2) or `encoding: signed` (-1, 0, 1) into it.</source>
        <translation>Впишите в него `encoding: classes` (0, 1, 2) или `encoding: signed` (-1, 0, 1).</translation>
    </message>
    <message>
        <source>{path}, row {row}: {value:g} in label '{label}' is outside its encoding '{encoding}' ({codes} for SELL, HOLD, BUY).</source>
        <translation>{path}, строка {row}: значение {value} метки «{label}» не входит в кодировку «{encoding}» ({codes} для SELL, HOLD, BUY).</translation>
    </message>
    <message>
        <source>Declare the encoding of the store in {declaration} beside its folders: `encoding: classes` (0, 1, 2) or `encoding: signed` (-1, 0, 1).</source>
        <translation>Укажите кодировку в {declaration} рядом с папками: `encoding: classes` (0, 1, 2) или `encoding: signed` (-1, 0, 1).</translation>
    </message>
    <message>
        <source>There are no old files in {root}: no &lt;SYMBOL&gt;/features/&lt;day&gt;_batch_&lt;number&gt;.npy.</source>
        <translation>В {root} нет старых файлов &lt;SYMBOL&gt;/features/&lt;day&gt;_batch_&lt;number&gt;.npy.</translation>
    </message>
    <message>
        <source>Correct the path of the old files.</source>
        <translation>Исправьте путь к старым файлам.</translation>
    </message>
    <message>
        <source>{path} holds {kind} of shape {shape}, not a float matrix of rows and features.</source>
        <translation>В {path} лежит {kind} формы {shape}, а нужна матрица чисел: строки и признаки.</translation>
    </message>
    <message>
        <source>Move the file away, or write it again.</source>
        <translation>Уберите файл или запишите его заново.</translation>
    </message>
    <message>
        <source>{path} has {found} features, the files before it have {expected}.</source>
        <translation>В {path} признаков {found}, а в предыдущих файлах {expected}.</translation>
    </message>
    <message>
        <source>Take fewer days, so that all files have the same features.</source>
        <translation>Возьмите меньше дней, чтобы признаки во всех файлах совпадали.</translation>
    </message>
    <message>
        <source>{path} has {count} entries, but {features} has {rows} rows.</source>
        <translation>В {path} записей {count}, а в {features} строк {rows}.</translation>
    </message>
    <message>
        <source>The two files do not belong together; move both away, or write them again.</source>
        <translation>Эти файлы не подходят друг к другу; уберите оба или запишите заново.</translation>
    </message>
    <message>
        <source>The file may be cut off; copy it again, or move it away.</source>
        <translation>Возможно, файл обрезан; скопируйте его снова или уберите.</translation>
    </message>
    <message>
        <source>The labels belong to {features}; copy them again, or move both away.</source>
        <translation>Метки относятся к {features}; скопируйте их снова или уберите оба файла.</translation>
    </message>
    <message>
        <source>There is no feature store in {root}: no file offline/{group}/date=.../*.parquet.</source>
        <translation>В {root} нет хранилища признаков: нет файлов offline/{group}/date=.../*.parquet.</translation>
    </message>
    <message>
        <source>Correct the path of the feature store.</source>
        <translation>Исправьте путь к хранилищу признаков.</translation>
    </message>
    <message>
        <source>{path} has no numeric feature column.</source>
        <translation>В {path} нет числовых столбцов с признаками.</translation>
    </message>
    <message>
        <source>Check that these are the files of the feature store.</source>
        <translation>Проверьте, что это файлы хранилища признаков.</translation>
    </message>
    <message>
        <source>{path} has no column '{column}' ({count} columns that other files have are missing).</source>
        <translation>В {path} нет столбца «{column}» (всего не хватает столбцов: {count}).</translation>
    </message>
    <message>
        <source>Take fewer days, so that all files have the same columns.</source>
        <translation>Возьмите меньше дней, чтобы столбцы во всех файлах совпадали.</translation>
    </message>
    <message>
        <source>The temperature is {temperature}, but it must be above 0.</source>
        <translation>Температура {temperature}, а должна быть больше 0.</translation>
    </message>
    <message>
        <source>1 leaves the probabilities as they are.</source>
        <translation>При 1 вероятности не меняются.</translation>
    </message>
    <message>
        <source>The network takes windows (batch, rows, features); it was given {dims} dimensions.</source>
        <translation>Сеть принимает окна (пакет, строки, признаки), а измерений дано {dims}.</translation>
    </message>
    <message>
        <source>Add a batch dimension to a single window.</source>
        <translation>Добавьте к одному окну измерение пакета.</translation>
    </message>
    <message>
        <source>Move the file away; models stay where they are and can be added again.</source>
        <translation>Уберите файл; модели остаются на месте, их можно внести снова.</translation>
    </message>
    <message>
        <source>MLflow is not installed, so this run is not logged to it.</source>
        <translation>MLflow не установлен, это обучение в него не записывается.</translation>
    </message>
    <message>
        <source>Install it with: pip install 'training-console[tracking]', or set use_mlflow=false.</source>
        <translation>Установите: pip install 'training-console[tracking]', или задайте use_mlflow=false.</translation>
    </message>
    <message>
        <source>MLflow at {uri} does not answer: {problem}.</source>
        <translation>MLflow по адресу {uri} не отвечает: {problem}.</translation>
    </message>
    <message>
        <source>The run itself is complete on disk; check mlflow_tracking_uri.</source>
        <translation>Само обучение полностью сохранено на диске; проверьте mlflow_tracking_uri.</translation>
    </message>
    <message>
        <source>The {name} data gave a batch without 'sequence' and 'label'.</source>
        <translation>Данные ({name}) дали пакет без «sequence» и «label».</translation>
    </message>
    <message>
        <source>Give dicts {{'sequence': (B, T, F), 'label': (B,)[, 'return': (B,)]}}.</source>
        <translation>Нужны словари {{'sequence': (B, T, F), 'label': (B,)[, 'return': (B,)]}}.</translation>
    </message>
    <message>
        <source>The {name} data gave a batch of {windows} windows with {labels} labels.</source>
        <translation>Данные ({name}) дали пакет, где окон {windows}, а меток {labels}.</translation>
    </message>
    <message>
        <source>Every window needs exactly one label.</source>
        <translation>Каждому окну нужна ровно одна метка.</translation>
    </message>
    <message>
        <source>The {name} data has the label {label}; labels are 0 SELL, 1 HOLD and 2 BUY.</source>
        <translation>В данных ({name}) есть метка {label}; метки: 0 SELL, 1 HOLD, 2 BUY.</translation>
    </message>
    <message>
        <source>Declare the encoding of the labels when the data is imported.</source>
        <translation>Укажите кодировку меток при импорте данных.</translation>
    </message>
    <message>
        <source>The training data gave fewer batches than the {expected} it announced.</source>
        <translation>Обучающие данные дали меньше пакетов, чем обещанные {expected}.</translation>
    </message>
    <message>
        <source>A loader must give the same number of batches in every epoch.</source>
        <translation>Число пакетов должно быть одинаковым в каждой эпохе.</translation>
    </message>
    <message>
        <source>Rare classes are both repeated and given more weight in the loss.</source>
        <translation>Редкие классы и повторяются, и весят больше в потерях.</translation>
    </message>
    <message>
        <source>Use oversampling or class weights, not both.</source>
        <translation>Используйте что-то одно: повторение или веса классов.</translation>
    </message>
    <message>
        <source>Set Mixed precision to off.</source>
        <translation>Выключите смешанную точность.</translation>
    </message>
    <message>
        <source>{folder} already holds the checkpoints of a training.</source>
        <translation>В {folder} уже лежат контрольные точки другого обучения.</translation>
    </message>
    <message>
        <source>Resume that training, or choose another folder.</source>
        <translation>Продолжите то обучение или выберите другую папку.</translation>
    </message>
    <message>
        <source>There is nothing to resume: the trainer has no checkpoint folder.</source>
        <translation>Продолжать нечего: папка контрольных точек не задана.</translation>
    </message>
    <message>
        <source>Give ModelTrainerV2 the checkpoint_dir of the earlier training.</source>
        <translation>Передайте ModelTrainerV2 папку checkpoint_dir прежнего обучения.</translation>
    </message>
    <message>
        <source>Checkpoint {name} was passed over: {reason}.</source>
        <translation>Контрольная точка {name} пропущена: {reason}.</translation>
    </message>
    <message>
        <source>The checkpoint of the best epoch ({name}) is gone or damaged; the best of the epochs to come will be used.</source>
        <translation>Контрольной точки лучшей эпохи ({name}) нет, или она повреждена; будет взята лучшая из следующих эпох.</translation>
    </message>
    <message>
        <source>Epoch {epoch}: {share} of the predictions are {name}, while {true_share} of the windows are (mild class collapse).</source>
        <translation>Эпоха {epoch}: {name} составляет {share} ответов сети и {true_share} окон (слабый перекос в один класс).</translation>
    </message>
    <message>
        <source>Epoch {epoch}: {share} of the predictions are {name}, while {true_share} of the windows are (severe class collapse).</source>
        <translation>Эпоха {epoch}: {name} составляет {share} ответов сети и {true_share} окон (сильный перекос в один класс).</translation>
    </message>
    <message>
        <source>Epoch {epoch}: {share} of the predictions are {name}, while {true_share} of the windows are (total class collapse).</source>
        <translation>Эпоха {epoch}: {name} составляет {share} ответов сети и {true_share} окон (сеть отвечает одним классом).</translation>
    </message>
    <message>
        <source>Give it a few epochs; then try class weights, oversampling, or a higher rate.</source>
        <translation>Подождите несколько эпох; затем попробуйте веса классов, повторение редких окон или большую скорость обучения.</translation>
    </message>
    <message>
        <source>{count} checkpoints in a row could not be saved; training is paused.</source>
        <translation>Не удалось сохранить контрольных точек подряд: {count}; обучение на паузе.</translation>
    </message>
    <message>
        <source>Free some space or repair the folder, then resume.</source>
        <translation>Освободите место или исправьте папку и продолжите.</translation>
    </message>
    <message>
        <source>This {device} has no {precision} arithmetic; float32 is used.</source>
        <translation>Устройство {device} не умеет считать в {precision}; используется float32.</translation>
    </message>
    <message>
        <source>stops after this epoch</source>
        <translation>остановится после этой эпохи</translation>
    </message>
    <message>
        <source>stops after this step</source>
        <translation>остановится после этого шага</translation>
    </message>
    <message>
        <source>already paused</source>
        <translation>уже на паузе</translation>
    </message>
    <message>
        <source>pauses after this step</source>
        <translation>встанет на паузу после этого шага</translation>
    </message>
    <message>
        <source>goes on</source>
        <translation>продолжается</translation>
    </message>
    <message>
        <source>is not paused</source>
        <translation>не на паузе</translation>
    </message>
    <message>
        <source>saves after this step</source>
        <translation>сохранит после этого шага</translation>
    </message>
    <message>
        <source>applies at the next epoch</source>
        <translation>вступит в силу со следующей эпохи</translation>
    </message>
    <message>
        <source>nothing to set</source>
        <translation>менять нечего</translation>
    </message>
    <message>
        <source>'{name}' cannot be changed while training</source>
        <translation>«{name}» нельзя менять во время обучения</translation>
    </message>
    <message>
        <source>{count} prices were empty sides of the book, not prices.</source>
        <translation>Пустая сторона стакана вместо цены: {count}.</translation>
    </message>
    <message>
        <source>{count} rows with missing values were left out.</source>
        <translation>Пропущено строк с недостающими значениями: {count}.</translation>
    </message>
    <message>
        <source>These features never change in the training rows: {names}.</source>
        <translation>Эти признаки в обучающих строках не меняются: {names}.</translation>
    </message>
    <message>
        <source>'{name}' has no future returns for this label; the return head is not trained.</source>
        <translation>В «{name}» нет будущей доходности для этой метки; выход доходности не обучается.</translation>
    </message>
    <message>
        <source>These columns do not hold only numbers and are no features: {names}.</source>
        <translation>В этих столбцах не только числа, признаками они не стали: {names}.</translation>
    </message>
    <message>
        <source>{count} rows repeated a time of their symbol; the last of each was kept.</source>
        <translation>Строк с повторным временем того же инструмента: {count}; оставлена последняя из каждых.</translation>
    </message>
    <message>
        <source>Label '{column}' does not have all three classes.</source>
        <translation>У метки «{column}» есть не все три класса.</translation>
    </message>
    <message>
        <source>'{name}' has too few different row times for {count} blocks.</source>
        <translation>В «{name}» слишком мало разных времён строк для стольких блоков: {count}.</translation>
    </message>
    <message>
        <source>The stored rows have changed.</source>
        <translation>Сохранённые строки изменились.</translation>
    </message>
    <message>
        <source>A file of the dataset was damaged or replaced after the import.</source>
        <translation>Файл набора повреждён или заменён после импорта.</translation>
    </message>
    <message>
        <source>The stored rows are those of the import.</source>
        <translation>Сохранённые строки те же, что при импорте.</translation>
    </message>
    <message>
        <source>The present choice of data, label and split leaves nothing to train on.</source>
        <translation>При этом выборе данных, метки и разбиения учиться не на чем.</translation>
    </message>
    <message>
        <source>The part is too short, or the market did not move enough in it.</source>
        <translation>Часть слишком коротка, или рынок в ней почти не двигался.</translation>
    </message>
    <message>
        <source>Use more days or symbols, another label, or a larger part.</source>
        <translation>Возьмите больше дней или инструментов, другую метку или большую часть.</translation>
    </message>
    <message>
        <source>Feature '{name}' never changes.</source>
        <translation>Признак «{name}» не меняется.</translation>
    </message>
    <message>
        <source>The source did not fill the column in the chosen symbols and days.</source>
        <translation>Источник не заполнил столбец для выбранных инструментов и дней.</translation>
    </message>
    <message>
        <source>Exclude it in the mapping and import again.</source>
        <translation>Исключите его в описании столбцов и импортируйте снова.</translation>
    </message>
    <message>
        <source>Feature '{name}' has extreme values.</source>
        <translation>У признака «{name}» есть крайние значения.</translation>
    </message>
    <message>
        <source>A few rows are wrong, or the feature has very long tails.</source>
        <translation>Несколько строк неверны, или у признака очень длинные хвосты.</translation>
    </message>
    <message>
        <source>Check the source; keep clipping on, or scale by median and quartiles.</source>
        <translation>Проверьте источник; оставьте отсечение или масштабируйте по медиане и квартилям.</translation>
    </message>
    <message>
        <source>Windows stay inside stretches without a gap.</source>
        <translation>Окна лежат внутри участков без разрывов.</translation>
    </message>
    <message>
        <source>Stretches shorter than one window of {rows} rows give no window.</source>
        <translation>Участки короче окна в {rows} строк не дают окон.</translation>
    </message>
    <message>
        <source>The rows have gaps close to each other.</source>
        <translation>Разрывы в строках идут часто.</translation>
    </message>
    <message>
        <source>Raise max_gap_s in the mapping where the gaps are harmless.</source>
        <translation>Увеличьте max_gap_s в описании столбцов, если разрывы безвредны.</translation>
    </message>
    <message>
        <source>Noted at import.</source>
        <translation>Замечено при импорте.</translation>
    </message>
    <message>
        <source>Rows per symbol.</source>
        <translation>Строк по инструментам.</translation>
    </message>
    <message>
        <source>Symbol {symbol} has far fewer rows than the others.</source>
        <translation>У инструмента {symbol} намного меньше строк, чем у других.</translation>
    </message>
    <message>
        <source>It was traded or recorded for a shorter time.</source>
        <translation>Им торговали или его записывали меньше времени.</translation>
    </message>
    <message>
        <source>Leave it out, or bring its missing rows.</source>
        <translation>Исключите его или добавьте недостающие строки.</translation>
    </message>
    <message>
        <source>Windows of the {part} part reach over a gap.</source>
        <translation>Окна части {part} переходят через разрыв.</translation>
    </message>
    <message>
        <source>A window was cut without regard to sessions, symbols or missing rows.</source>
        <translation>Окно вырезано без учёта сессий, инструментов или пропущенных строк.</translation>
    </message>
    <message>
        <source>Take the built-in split, which keeps every window inside one stretch.</source>
        <translation>Возьмите встроенное разбиение: в нём каждое окно лежит внутри одного участка.</translation>
    </message>
    <message>
        <source>Windows of {first} and {second} share rows.</source>
        <translation>У окон частей {first} и {second} есть общие строки.</translation>
    </message>
    <message>
        <source>The parts overlap, so the later part is judged on rows it was trained on.</source>
        <translation>Части пересекаются: поздняя часть оценивается на строках, на которых шло обучение.</translation>
    </message>
    <message>
        <source>Labels of {first} and {second} look at the same rows.</source>
        <translation>Метки частей {first} и {second} смотрят на одни и те же строки.</translation>
    </message>
    <message>
        <source>Too few rows are left out between the parts for the label's horizon.</source>
        <translation>Для горизонта метки между частями пропущено слишком мало строк.</translation>
    </message>
    <message>
        <source>Set data.extra_purge_rows to at least {rows}, or take the built-in split again.</source>
        <translation>Задайте data.extra_purge_rows не меньше {rows} или снова возьмите встроенное разбиение.</translation>
    </message>
    <message>
        <source>The {earlier} part does not end before the {later} part begins.</source>
        <translation>Часть {earlier} не кончается до начала части {later}.</translation>
    </message>
    <message>
        <source>The split is not chronological, so training sees the time it is judged on.</source>
        <translation>Разбиение не по времени: обучение видит время, на котором его оценивают.</translation>
    </message>
    <message>
        <source>Take the built-in split, which cuts all symbols at one time.</source>
        <translation>Возьмите встроенное разбиение: оно режет все инструменты в одно время.</translation>
    </message>
    <message>
        <source>The scaling was not fitted on the training rows alone.</source>
        <translation>Масштабирование подобрано не только по обучающим строкам.</translation>
    </message>
    <message>
        <source>Mean and deviation were taken from rows of the validation or test part as well.</source>
        <translation>Среднее и отклонение взяты и по строкам проверки или теста.</translation>
    </message>
    <message>
        <source>Prepare the windows again, so that it is fitted on the training part only.</source>
        <translation>Подготовьте окна заново, чтобы подбор шёл только по обучающей части.</translation>
    </message>
    <message>
        <source>The label limits were not taken from the training moves alone.</source>
        <translation>Границы метки взяты не только по обучающим движениям.</translation>
    </message>
    <message>
        <source>The limits between SELL, HOLD and BUY were taken from later rows as well.</source>
        <translation>Границы между SELL, HOLD и BUY взяты и по более поздним строкам.</translation>
    </message>
    <message>
        <source>Windows of the {part} part carry labels of other rows.</source>
        <translation>Окна части {part} несут метки других строк.</translation>
    </message>
    <message>
        <source>Labels and windows were shifted against each other.</source>
        <translation>Метки и окна сдвинуты друг относительно друга.</translation>
    </message>
    <message>
        <source>Too few rows to tell whether a feature knows the future.</source>
        <translation>Строк мало, чтобы понять, знает ли признак будущее.</translation>
    </message>
    <message>
        <source>Feature '{name}' knows the future.</source>
        <translation>Признак «{name}» знает будущее.</translation>
    </message>
    <message>
        <source>Feature '{name}' fits the future better than features usually do.</source>
        <translation>Признак «{name}» связан с будущим сильнее, чем бывает обычно.</translation>
    </message>
    <message>
        <source>The feature was computed with rows that come after its own, or is a copy of the label.</source>
        <translation>Признак посчитан по строкам после своей или повторяет метку.</translation>
    </message>
    <message>
        <source>Compute it from past rows only, or exclude '{name}' in the mapping and import again.</source>
        <translation>Считайте его только по прошлым строкам или исключите «{name}» в описании столбцов и импортируйте снова.</translation>
    </message>
    <message>
        <source>Time goes backwards.</source>
        <translation>Время идёт назад.</translation>
    </message>
    <message>
        <source>Rows of one symbol repeat a time.</source>
        <translation>Строки одного инструмента повторяют время.</translation>
    </message>
    <message>
        <source>The files were not in time order, or the same rows came twice.</source>
        <translation>Файлы шли не по времени, или одни и те же строки пришли дважды.</translation>
    </message>
    <message>
        <source>Set sort: true in the mapping and import again.</source>
        <translation>Задайте sort: true в описании столбцов и импортируйте снова.</translation>
    </message>
    <message>
        <source>Rows come a second time.</source>
        <translation>Строки повторяются.</translation>
    </message>
    <message>
        <source>Rows come a second time, in different parts.</source>
        <translation>Строки повторяются в разных частях.</translation>
    </message>
    <message>
        <source>The same file or day was imported twice, or under two symbols.</source>
        <translation>Один файл или день импортирован дважды или под двумя инструментами.</translation>
    </message>
    <message>
        <source>Import again without the copy, or leave out one of the symbols.</source>
        <translation>Импортируйте снова без копии или исключите один из инструментов.</translation>
    </message>
    <message>
        <source>Symbol {symbol} stands still for long.</source>
        <translation>Инструмент {symbol} подолгу не меняется.</translation>
    </message>
    <message>
        <source>The feed was cut and its last values repeated, or trading was halted.</source>
        <translation>Поток прервался и повторялись последние значения, или торги стояли.</translation>
    </message>
    <message>
        <source>Leave the symbol out, or import again without these hours.</source>
        <translation>Исключите инструмент или импортируйте снова без этих часов.</translation>
    </message>
    <message>
        <source>Symbol {symbol} ends long before the others.</source>
        <translation>Инструмент {symbol} кончается намного раньше других.</translation>
    </message>
    <message>
        <source>The symbol was delisted or its feed stopped, so later parts miss it.</source>
        <translation>Инструмент сняли с торгов или его поток прервался: в поздних частях его нет.</translation>
    </message>
    <message>
        <source>Leave {symbol} out, or bring its missing rows.</source>
        <translation>Исключите {symbol} или добавьте недостающие строки.</translation>
    </message>
    <message>
        <source>A price is zero, negative or missing: {words}.</source>
        <translation>Цена нулевая, отрицательная или отсутствует: {words}.</translation>
    </message>
    <message>
        <source>An empty side of the book or a missing trade was stored as 0.</source>
        <translation>Пустая сторона стакана или отсутствие сделки записаны как 0.</translation>
    </message>
    <message>
        <source>Name price and size under empty_levels in the mapping and import again.</source>
        <translation>Назовите цену и объём в empty_levels описания столбцов и импортируйте снова.</translation>
    </message>
    <message>
        <source>The book is crossed: '{bid}' is not below '{ask}'.</source>
        <translation>Стакан перекрещен: «{bid}» не ниже «{ask}».</translation>
    </message>
    <message>
        <source>Sides are mixed up, updates were applied late, or an empty side was filled with an old price.</source>
        <translation>Стороны перепутаны, обновления запоздали, или пустая сторона заполнена старой ценой.</translation>
    </message>
    <message>
        <source>Check the source and import again without these rows.</source>
        <translation>Проверьте источник и импортируйте снова без этих строк.</translation>
    </message>
    <message>
        <source>The {part} part has another class mix than training.</source>
        <translation>В части {part} другие доли классов, чем в обучении.</translation>
    </message>
    <message>
        <source>The market moved more or less in that time, or the label limits do not fit it.</source>
        <translation>Рынок в это время двигался иначе, или границы метки ему не подходят.</translation>
    </message>
    <message>
        <source>Use more days, another label, or limits that follow volatility.</source>
        <translation>Возьмите больше дней, другую метку или границы, следующие за волатильностью.</translation>
    </message>
    <message>
        <source>deviation 0</source>
        <translation>отклонение 0</translation>
    </message>
    <message>
        <source>in dataset '{name}'</source>
        <translation>в наборе «{name}»</translation>
    </message>
    <message>
        <source>fingerprint {found}, at import {stored}</source>
        <translation>отпечаток {found}, при импорте {stored}</translation>
    </message>
    <message>
        <source>{sigmas} deviations from the mean, {away} away</source>
        <translation>отклонений от среднего: {sigmas}, расстояние {away}</translation>
    </message>
    <message>
        <source>{count} stretches without a gap, {shortest} to {longest} rows</source>
        <translation>участков без разрыва: {count}, от {shortest} до {longest} строк</translation>
    </message>
    <message>
        <source>{short} of {count} stretches, {lost} of {rows} rows</source>
        <translation>участков {short} из {count}, строк {lost} из {rows}</translation>
    </message>
    <message>
        <source>{count} rows, usual are {usual}</source>
        <translation>строк: {count}, обычно {usual}</translation>
    </message>
    <message>
        <source>{count} of {total} windows; the first ends at {row}</source>
        <translation>окон {count} из {total}; первое кончается на {row}</translation>
    </message>
    <message>
        <source>{count} rows, the first is {row}</source>
        <translation>строк: {count}, первая {row}</translation>
    </message>
    <message>
        <source>{count} rows; the first is {row}</source>
        <translation>строк: {count}; первая {row}</translation>
    </message>
    <message>
        <source>{count} rows, the first is {row}; a label looks {horizon} rows ahead</source>
        <translation>строк: {count}, первая {row}; метка смотрит вперёд на строк: {horizon}</translation>
    </message>
    <message>
        <source>{seconds} s too late; symbols: {names}</source>
        <translation>позже на {seconds} с; инструменты: {names}</translation>
    </message>
    <message>
        <source>{count} of {total} features differ from a fit on the {rows} training rows; feature '{name}' by {away} deviations; from a fit on all rows by {leaky} at most</source>
        <translation>признаков {count} из {total} расходятся с подбором по обучающим строкам ({rows}); признак «{name}» на {away} отклонения; с подбором по всем строкам не больше чем на {leaky}</translation>
    </message>
    <message>
        <source>limits {low} and {high}; the {count} training moves give {fitted_low} and {fitted_high}</source>
        <translation>границы {low} и {high}; обучающие движения ({count}) дают {fitted_low} и {fitted_high}</translation>
    </message>
    <message>
        <source>{count} of {total} windows differ from the label of their last row</source>
        <translation>окон {count} из {total} расходятся с меткой своей последней строки</translation>
    </message>
    <message>
        <source>{count} rows have a future; {least} are needed</source>
        <translation>строк с будущим: {count}; нужно {least}</translation>
    </message>
    <message>
        <source>correlation {linear} with {what} (by chance {chance}); {shared} of the information about {target} (by chance {luck}); {rows} rows</source>
        <translation>корреляция {linear} с {what} (случайно {chance}); {shared} сведений о {target} (случайно {luck}); строк: {rows}</translation>
    </message>
    <message>
        <source>{count} stretches of {length} rows; the first at {first} and at {second}; {across} of them in two parts</source>
        <translation>участков по {length} строк: {count}; первый на {first} и на {second}; из них в двух частях: {across}</translation>
    </message>
    <message>
        <source>{still} of {total} rows lie in runs of {least} or more equal rows; the longest, {longest} rows, at {row}</source>
        <translation>строк {still} из {total} лежат в рядах из {least} и более равных строк; самый длинный, строк: {longest}, на {row}</translation>
    </message>
    <message>
        <source>{days} days earlier, {share} of the span</source>
        <translation>раньше на дней: {days}, это {share} всего срока</translation>
    </message>
    <message>
        <source>{count} of {total} rows; the first is {row}</source>
        <translation>строк {count} из {total}; первая {row}</translation>
    </message>
    <message>
        <source>{count} of {total} rows ({share}); the first is {row}; levels crossed anywhere: {levels}</source>
        <translation>строк {count} из {total} ({share}); первая {row}; уровней с перекрещиванием: {levels}</translation>
    </message>
    <message>
        <source>total variation {drift}: {mixes}</source>
        <translation>полная вариация {drift}: {mixes}</translation>
    </message>
    <message>
        <source>{path}: {count} rows cannot be read and were left out; the first: {rows}.</source>
        <translation>{path}: строк не прочитано и пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} rows go back in time and were left out; the first: {rows}.</source>
        <translation>{path}: строк, идущих назад во времени, пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} rows with a crossed book were left out; the first: {rows}.</source>
        <translation>{path}: строк с пересечённым стаканом пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} candles with impossible prices or volumes were left out; the first: {rows}.</source>
        <translation>{path}: свечей с невозможными ценами или объёмами пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} messages about unknown orders were left out; the first: {rows}.</source>
        <translation>{path}: сообщений о неизвестных заявках пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} orders that other orders prove gone were dropped; the first: {rows}.</source>
        <translation>{path}: заявок, которых по другим заявкам уже нет, убрано: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} books without both sides were left out; the first: {rows}.</source>
        <translation>{path}: стаканов без одной из сторон пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>{path}: {count} states were followed by another at the same time and folded into it.</source>
        <translation>{path}: состояний, за которыми в то же время шло другое, объединено с ним: {count}.</translation>
    </message>
    <message>
        <source>{path} has no times: its rows are numbered instead, a millisecond each.</source>
        <translation>В {path} нет времени: строки пронумерованы, по миллисекунде на каждую.</translation>
    </message>
    <message>
        <source>{path} has no rows that can be used.</source>
        <translation>В {path} нет пригодных строк.</translation>
    </message>
    <message>
        <source>Check that the file is whole and of the chosen format.</source>
        <translation>Проверьте, что файл цел и имеет выбранный формат.</translation>
    </message>
    <message>
        <source>{path}: there is no such file, or none of this format in it.</source>
        <translation>{path}: такого файла нет, или в папке нет файлов этого формата.</translation>
    </message>
    <message>
        <source>Check the path; files of this format end in {endings}.</source>
        <translation>Проверьте путь; файлы этого формата оканчиваются на {endings}.</translation>
    </message>
    <message>
        <source>{path} is no candle file: it has no column for {missing}; it has: {known}.</source>
        <translation>{path} не файл свечей: нет столбца для {missing}; есть: {known}.</translation>
    </message>
    <message>
        <source>Rename the columns, or import it as a table with a mapping.</source>
        <translation>Переименуйте столбцы или импортируйте файл как таблицу с описанием.</translation>
    </message>
    <message>
        <source>There is no format '{name}'; known: {known}.{hint}</source>
        <translation>Нет формата «{name}»; известны: {known}.{hint}</translation>
    </message>
    <message>
        <source>Choose one of them with --format.</source>
        <translation>Выберите один из них через --format.</translation>
    </message>
    <message>
        <source>These features never change in these files and were left out: {names}.</source>
        <translation>Эти признаки в этих файлах не меняются и пропущены: {names}.</translation>
    </message>
    <message>
        <source>{path} is no LOBSTER orderbook: it has {count} columns, not four per level.</source>
        <translation>{path} не стакан LOBSTER: столбцов {count}, а не по четыре на уровень.</translation>
    </message>
    <message>
        <source>{path} is no LOBSTER message file: it has {count} columns, not six.</source>
        <translation>{path} не файл сообщений LOBSTER: столбцов {count}, а не шесть.</translation>
    </message>
    <message>
        <source>{path} is no LOBSTER file: its name has neither _message nor _orderbook.</source>
        <translation>{path} не файл LOBSTER: в имени нет ни _message, ни _orderbook.</translation>
    </message>
    <message>
        <source>Keep the names as LOBSTER gives them.</source>
        <translation>Оставьте имена такими, какими их даёт LOBSTER.</translation>
    </message>
    <message>
        <source>{messages} and {book} do not have the same number of rows; they part after {count}.</source>
        <translation>В {messages} и {book} разное число строк; они расходятся после {count}.</translation>
    </message>
    <message>
        <source>Bring both files of one download.</source>
        <translation>Возьмите оба файла одной выгрузки.</translation>
    </message>
    <message>
        <source>{path} is no order-by-order book: {reason}.</source>
        <translation>{path} не стакан по заявкам: {reason}.</translation>
    </message>
    <message>
        <source>{path} is no file of orders: it has no column {missing}; it has: {known}.</source>
        <translation>{path} не файл заявок: нет столбца {missing}; есть: {known}.</translation>
    </message>
    <message>
        <source>{folder}: an opening book and its messages belong together, and one is missing.</source>
        <translation>{folder}: начальный стакан и его сообщения нужны вместе, а чего-то одного нет.</translation>
    </message>
    <message>
        <source>Bring beginning_level_3.json.gz and messages.json.gz of one capture.</source>
        <translation>Возьмите beginning_level_3.json.gz и messages.json.gz одной записи.</translation>
    </message>
    <message>
        <source>{path}: item {number} is no JSON.</source>
        <translation>{path}: элемент {number} не JSON.</translation>
    </message>
    <message>
        <source>{path} has no columns of book snapshots: a time and ask_p1, ask_s1, bid_p1, bid_s1 are needed; it has: {known}.</source>
        <translation>В {path} нет столбцов снимков стакана: нужны время и ask_p1, ask_s1, bid_p1, bid_s1; есть: {known}.</translation>
    </message>
    <message>
        <source>{path} is no FI-2010 text: line {number} does not fit 149 lines of equally many numbers.</source>
        <translation>{path} не текст FI-2010: строка {number} не подходит к 149 строкам с равным числом чисел.</translation>
    </message>
    <message>
        <source>{path}: {count} changes of a book without its opening state were left out; the first: {rows}.</source>
        <translation>{path}: изменений стакана без его начального состояния пропущено: {count}; первые: {rows}.</translation>
    </message>
    <message>
        <source>The training process of {run} ended without a word.</source>
        <translation>Процесс обучения {run} завершился без объяснений.</translation>
    </message>
    <message>
        <source>The training process of {run} ended without a word, with exit code {code}.</source>
        <translation>Процесс обучения {run} завершился без объяснений, код выхода {code}.</translation>
    </message>
    <message>
        <source>Resume the run: it goes on from its newest checkpoint.</source>
        <translation>Продолжите обучение: оно пойдёт с последней контрольной точки.</translation>
    </message>
</context>
</TS>
